using Microsoft.Playwright;

namespace AuthGateway.SystemTests.Parts;

/// <summary>A real Chromium for the whole run: <c>CHROMIUM_PATH</c>, else <c>/usr/bin/chromium</c>. Every page has a browser context of its own.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private readonly Lazy<Task<IBrowser>> _browser;
    private readonly Lazy<Task<IBrowser>> _keeping;
    private IPlaywright? _playwright;

    public Chromium() => (_browser, _keeping) = (new(() => LaunchAsync()), new(() => LaunchAsync([], ["--disable-back-forward-cache"])));

    public Task<IPage> NewPageAsync() => NewPageAsync(_browser);

    /// <summary>A page of a browser with the back/forward cache, which Playwright switches off.</summary>
    public Task<IPage> NewKeptPageAsync() => NewPageAsync(_keeping);

    private static async Task<IPage> NewPageAsync(Lazy<Task<IBrowser>> browser)
    {
        var context = await (await browser.Value).NewContextAsync(new() { ViewportSize = new() { Width = 1000, Height = 700 } });
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
    public Task<IBrowser> LaunchAsync(params string[] more) => LaunchAsync(more, []);

    /// <param name="withoutDefaults">Arguments of Playwright's own that are left out.</param>
    private async Task<IBrowser> LaunchAsync(IReadOnlyList<string> more, IReadOnlyList<string> withoutDefaults)
    {
        var path = Environment.GetEnvironmentVariable("CHROMIUM_PATH") is { Length: > 0 } given ? given : "/usr/bin/chromium";
        if (!File.Exists(path))
            RealPart.Missing($"No Chromium at {path}: install it or set CHROMIUM_PATH.");
        _playwright ??= await Playwright.CreateAsync();
        return await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = path,
            Headless = true,
            IgnoreDefaultArgs = [.. withoutDefaults],
            Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", .. more],
        });
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var browser in new[] { _browser, _keeping })
        {
            if (browser.IsValueCreated && browser.Value.IsCompletedSuccessfully)
                await (await browser.Value).CloseAsync();
        }

        _playwright?.Dispose();
    }
}
