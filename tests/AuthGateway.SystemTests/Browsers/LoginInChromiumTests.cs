using System.Globalization;
using AuthGateway.Configuration;
using AuthGateway.Hosting;
using AuthGateway.Quickstart.Provider;
using AuthGateway.SystemTests.Parts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace AuthGateway.SystemTests.Browsers;

/// <summary>What only a browser shows of a login: fragments, foreign frames, and who may read our pages.</summary>
public sealed class LoginInChromiumTests(Chromium chromium) : IAsyncLifetime
{
    private const string Read = "() => { try { return window.opened.document.documentElement.outerHTML; } catch (e) { return 'nothing'; } }";
    private readonly TempFolder _folder = new("login-in-chromium");
    private readonly int _port = Ports.Free();
    private readonly LogCapture _log = new();
    private GatewayServer? _gateway;

    private string Origin => $"http://localhost:{_port}";

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
        {
            await _gateway.StopAsync(new CancellationTokenSource(TimeSpan.FromSeconds(2)).Token);
            await _gateway.DisposeAsync();
        }

        _folder.Dispose();
    }

    [Theory]
    [InlineData(true, "#/runs/mark-of-fragment?tab=2")]
    [InlineData(false, "")]
    public async Task Fragment_survives_a_login_with_a_form_and_without_a_script_the_login_goes_on(bool hasScript, string kept)
    {
        await using var app = await PageServer.StartAsync(() => "<h1>application</h1>");
        await using var provider = await DevProvider.StartAsync(
            new DevProviderOptions { Clients = [new DevClient { Id = "app", Secret = "app-secret-0123456789", RedirectUris = [Origin + "/authservice/oidc/callback"] }] }, TestContext.Current.CancellationToken);
        await StartAsync(provider.Issuer, app.Address, ("KEEP_FRAGMENT", "true"), ("CLIENT_SECRET", "app-secret-0123456789"), ("CLIENT_ID", "app"));
        await using var context = await chromium.NewContextAsync(new() { JavaScriptEnabled = hasScript });
        var page = await context.NewPageAsync();

        await page.GotoAsync(Origin + "/app?x=1#/runs/mark-of-fragment?tab=2");
        await QuickstartJourney.FillInAsync(page);
        await page.WaitForSelectorAsync("h1:text('application')");

        await page.WaitForURLAsync(Origin + "/app?x=1" + kept);
        Assert.DoesNotContain("mark-of-fragment", _log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_inside_the_frame_of_a_foreign_site_works_where_foreign_cookies_are_blocked()
    {
        await using var app = await PageServer.StartAsync(() => "<h1>application</h1>");
        await using var provider = await FakeProvider.StartAsync();
        await StartAsync(provider.Issuer, app.Address, ("SESSION_COOKIE_PARTITIONED", "true"), ("CLIENT_SECRET", FakeProvider.ClientSecret), ("CLIENT_ID", FakeProvider.ClientId));
        await using var portal = await PageServer.StartAsync(() => $"<iframe src='{Origin}/app'></iframe>");
        await using var browser = await chromium.LaunchAsync("--test-third-party-cookie-phaseout");
        var page = await browser.NewPageAsync();

        await page.GotoAsync(portal.Address.AbsoluteUri);

        await Assertions.Expect(page.FrameLocator("iframe").Locator("h1")).ToHaveTextAsync("application", new() { Timeout = 20_000 });
    }

    [Fact]
    public async Task Application_that_opens_our_page_under_its_own_opener_policy_reads_no_proof()
    {
        await using var app = await PageServer.StartAsync(() => "<h1>application</h1>", ("Cross-Origin-Opener-Policy", "same-origin"));
        await using var provider = await FakeProvider.StartAsync();
        await StartAsync(provider.Issuer, app.Address, ("CLIENT_SECRET", FakeProvider.ClientSecret), ("CLIENT_ID", FakeProvider.ClientId));
        await using var context = await chromium.NewContextAsync(new());
        var page = await context.NewPageAsync();
        await page.GotoAsync(Origin + "/app");

        // The same opener reads what has the same policy.
        var control = await context.RunAndWaitForPageAsync(() => page.EvaluateAsync("() => { window.opened = window.open('/app?control'); }"));
        await Assertions.Expect(control.Locator("h1")).ToHaveTextAsync("application");
        Assert.Contains("application", await page.EvaluateAsync<string>(Read), StringComparison.Ordinal);

        var opened = await context.RunAndWaitForPageAsync(() => page.EvaluateAsync("() => { window.opened = window.open('/authservice/logout'); }"));
        await Assertions.Expect(opened.Locator("form")).ToHaveCountAsync(1);
        var read = await page.EvaluateAsync<string>(Read);

        Assert.Contains("proof=", await opened.ContentAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("proof=", read, StringComparison.Ordinal);

        // The form itself still works for the person.
        await opened.ClickAsync("form button");
        await Deadline.UntilAsync(async () => (await context.CookiesAsync([Origin])).All(cookie => cookie.Name != "authservice_session"), TimeSpan.FromSeconds(10), () => "the session's cookie is gone\n" + _log.Text);
    }

    private async Task StartAsync(string issuer, Uri upstream, params (string Name, string Value)[] more)
    {
        var environment = new Dictionary<string, string>
        {
            ["OIDC_PROVIDER"] = issuer,
            ["OIDC_SCOPES"] = "profile email",
            ["PUBLIC_URL"] = Origin,
            ["UPSTREAM_URL"] = upstream.AbsoluteUri,
            ["SESSION_STORE_PATH"] = _folder.File("data.db"),
            ["SERVER_HOSTNAME"] = "localhost",
            ["SERVER_PORT"] = _port.ToString(CultureInfo.InvariantCulture),
            ["READINESS_PROBE_PORT"] = "0",
            ["WEB_SERVER_PORT"] = "0",
            ["KUBERNETES_AUTHN_ENABLED"] = "false",
        };
        foreach (var (name, value) in more)
        {
            environment[name] = value;
        }

        var settings = SettingsReader.Read(environment, []);
        Assert.True(settings.Options is not null, string.Join('\n', settings.Errors));
        _gateway = GatewayServer.Create(settings.Options, services => services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(_log)));
        await _gateway.StartAsync(TestContext.Current.CancellationToken);
        using var http = new HttpClient();
        await Deadline.UntilAsync(async () =>
        {
            using var answer = await http.GetAsync(new Uri(_gateway.ProbeAddress, "/readyz"));
            return answer.IsSuccessStatusCode;
        }, TimeSpan.FromSeconds(20), () => "the gateway ready\n" + _log.Text);
    }
}
