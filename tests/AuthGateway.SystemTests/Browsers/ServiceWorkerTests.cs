using AuthGateway.SystemTests.Parts;
using Microsoft.Playwright;

namespace AuthGateway.SystemTests.Browsers;

/// <summary>Applications with a service worker for the whole origin, in Chromium: the login, a session's end and the logout are reached all the same.</summary>
public sealed class ServiceWorkerTests(GatewayBinary binary, Chromium chromium)
{
    public static TheoryData<string, bool> Cases => new()
    {
        { "network-first", false }, { "pass-on", false }, { "fetch-anew", false }, { "cache-first", false }, { "cache-first", true },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Login_and_logout_are_reached_after_a_sessions_end(string worker, bool behindEnvoy)
    {
        if (behindEnvoy)
            EnvoyProxy.Home();
        await using var app = await WorkerApp.StartAsync(worker);
        await using var stage = await BrowserStage.StartAsync(binary, app.Port, behindEnvoy);
        var page = await chromium.NewPageAsync();
        await stage.LogInAsync(page, "/first");
        await ControlledAsync(page);

        // The session's end: the next visit leads to the login, and back.
        await stage.EndAtProviderAsync();
        await page.GotoAsync(stage.Url("/second"));
        await BrowserStage.FillInAsync(page);
        await page.WaitForURLAsync(stage.Url("/second"));
        await Assertions.Expect(page.Locator("#user")).ToHaveTextAsync("ann@example.com");
        await ControlledAsync(page);

        // The application's own logout button, then another person.
        await page.EvaluateAsync("logOut()");
        await Assertions.Expect(page.Locator("h1")).Not.ToHaveTextAsync("The application", new() { Timeout = 20_000 });
        await page.GotoAsync(stage.Url("/third"));
        await BrowserStage.FillInAsync(page, "bob");
        await page.WaitForURLAsync(stage.Url("/third"));
        await Assertions.Expect(page.Locator("#user")).ToHaveTextAsync("bob@example.com");
        await page.Context.CloseAsync();
    }

    [Theory]
    [InlineData("network-first")]
    [InlineData("pass-on")]
    public async Task Own_pages_are_readable_where_a_worker_passes_visits_on(string worker)
    {
        await using var app = await WorkerApp.StartAsync(worker);
        await using var stage = await BrowserStage.StartAsync(binary, app.Port);
        var page = await chromium.NewPageAsync();
        await stage.LogInAsync(page, "/first");
        await ControlledAsync(page);

        await page.GotoAsync(stage.Url("/authservice/"));
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("ann@example.com");
        await page.GotoAsync(stage.Url("/authservice/logout"));
        await page.ClickAsync("main form[method=post] button");
        await page.WaitForURLAsync(url => url.Contains("after_logout", StringComparison.Ordinal));

        await page.GotoAsync(stage.Url("/second"));
        await page.WaitForSelectorAsync("input[type=password]");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Without_the_setting_a_cache_first_worker_goes_on_showing_the_application()
    {
        await using var app = await WorkerApp.StartAsync("cache-first");
        await using var stage = await BrowserStage.StartAsync(binary, app.Port, more: [("END_SERVICE_WORKERS", "false")]);
        var page = await chromium.NewPageAsync();
        await stage.LogInAsync(page, "/first");
        await ControlledAsync(page);
        await stage.EndAtProviderAsync();

        await page.GotoAsync(stage.Url("/second"));
        await Deadline.UntilAsync(
            () => Task.FromResult(stage.Gateway.Log.Contains("GET /sw.js 401", StringComparison.Ordinal)), TimeSpan.FromSeconds(30), () => $"the browser's question for a new worker\n{stage.Gateway.Log}");

        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("The application");
        await Assertions.Expect(page.Locator("#user")).ToHaveTextAsync("error 401");
        await page.Context.CloseAsync();
    }

    private static Task ControlledAsync(IPage page) => page.WaitForFunctionAsync("navigator.serviceWorker.controller !== null && navigator.serviceWorker.controller.state === 'activated'");
}
