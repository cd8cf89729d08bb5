using Microsoft.Playwright;

namespace AuthGateway.SystemTests.Parts;

/// <summary>A real Chromium for the whole run: <c>CHROMIUM_PATH</c>, else <c>/usr/bin/chromium</c>. Every page has a browser context of its own.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private readonly Lazy<Task<IBrowser>> _browser;
    private IPlaywright? _playwright;

    public Chromium() => _browser = new(() => LaunchAsync());

    public async Task<IPage> NewPageAsync()
    {
        var context = await (await _browser.Value).NewContextAsync(new() { ViewportSize = new() { Width = 1000, Height = 700 } });
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(20_000);
        return page;
    }

    /// <summary>A context of its own in the run's browser; the caller closes it.</summary>
    public async Task<IBrowserContext> NewContextAsync(BrowserNewContextOptions options)
    {
        var context = await (await _browser.Value).NewContextAsync(options);
        context.SetDefaultTimeout(20_000);
        return context;
    }

    /// <summary>A browser of its own with further switches; the caller closes it.</summary>
    public async Task<IBrowser> LaunchAsync(params string[] more)
    {
        var path = Environment.GetEnvironmentVariable("CHROMIUM_PATH") is { Length: > 0 } given ? given : "/usr/bin/chromium";
        if (!File.Exists(path))
            RealPart.Missing($"No Chromium at {path}: install it or set CHROMIUM_PATH.");
        _playwright ??= await Playwright.CreateAsync();
        return await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = path,
            Headless = true,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", .. more],
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser.IsValueCreated && _browser.Value.IsCompletedSuccessfully)
            await (await _browser.Value).CloseAsync();
        _playwright?.Dispose();
    }
}
