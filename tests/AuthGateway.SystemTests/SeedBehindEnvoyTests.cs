using System.Text.Json;
using AuthGateway.SystemTests.Parts;
using AuthGateway.SystemTests.Wire;
using Microsoft.Playwright;

namespace AuthGateway.SystemTests;

/// <summary>The seed's two files, Kubeflow's filter in a real Envoy on 8989, the gateway on 8080, a real Keycloak's realm master.</summary>
public sealed class SeedBehindEnvoyTests(KeycloakServer keycloak, GatewayBinary binary, Chromium chromium) : IAsyncLifetime
{
    private readonly TempFolder _folder = new("seed");
    private readonly RecordingUpstream _upstream = new();
    private EnvoyProxy? _envoy;
    private GatewayProcess? _gateway;

    private GatewayProcess Gateway => _gateway!;

    public async ValueTask InitializeAsync()
    {
        EnvoyProxy.Home();
        await Ports.DemandFreeAsync(Ports.SeedPublic);
        await Ports.DemandFreeAsync(Ports.SeedGateway);
        var launch = new GatewayLaunch
        {
            Port = Ports.SeedGateway,
            EnvFiles = await SeedFiles.ForAsync(await keycloak.AddressAsync(), _folder),
        };
        _gateway = await GatewayProcess.StartAsync(binary, launch);
        _envoy = await EnvoyProxy.StartAsync(Ports.SeedPublic, Ports.SeedGateway, launch.WebPort, _upstream.Port);
    }

    [Fact]
    public async Task Login_restart_and_logout_in_a_browser()
    {
        var page = await chromium.NewPageAsync();
        var journey = new SeedJourney(page, _upstream, await keycloak.AdminAsync("master"), Gateway);
        await journey.LogInAsync();
        await journey.StillLoggedInAfterRestartAsync();
        await journey.LogOutAsync();
        await page.Context.CloseAsync();
    }

    /// <summary>L4: Kubeflow's filter shows neither Accept nor Sec-Fetch-*, so each poll looks like a person who navigates.</summary>
    [Fact]
    public async Task L4_polls_of_an_open_tab_do_not_disturb_the_login_that_a_person_types()
    {
        var admin = await keycloak.AdminAsync("master");
        var open = await chromium.NewPageAsync();
        await new SeedJourney(open, _upstream, admin, Gateway).LogInAsync();
        await open.Context.ClearCookiesAsync(new() { Name = "authservice_session" });
        await admin.EndSessionsAsync("admin");
        var typed = await open.Context.NewPageAsync();
        await typed.GotoAsync($"http://localhost:{Ports.SeedPublic}/notebooks?ns=a");
        await typed.FillAsync("#username", "admin");
        var seen = _upstream.Heads.Count;

        var polls = await open.EvaluateAsync<string[]>("""
            async () => {
                const ends = [];
                for (let i = 0; i < 60; i++) {
                    const path = ['/jupyter/api/namespaces', '/api/activities/a', '/pipeline/apis/v2beta1/runs'][i % 3];
                    ends.push(await fetch(`${path}?t=${i}`).then(answer => `${answer.status} ${answer.url}`, () => 'refused'));
                }
                return ends;
            }
            """);

        // A redirect to another origin, which the browser follows and does not show to the script.
        Assert.Equal([.. Enumerable.Repeat("refused", 60)], polls);
        Assert.Equal(seen, _upstream.Heads.Count);
        Assert.Equal(4, await LoginCookiesAsync(open));
        await typed.FillAsync("#password", "admin");
        await typed.ClickAsync("#kc-login");
        await typed.WaitForURLAsync($"http://localhost:{Ports.SeedPublic}/notebooks?ns=a");
        Assert.Single(_upstream.Last("/notebooks?ns=a").LinesFoldingTo("kubeflow-userid"));
        Assert.Equal(3, await LoginCookiesAsync(open));
        Assert.Equal("200", await open.EvaluateAsync<string>("async () => String((await fetch('/jupyter/api/namespaces?t=60')).status)"));
        await open.Context.CloseAsync();
    }

    [Fact]
    public async Task A_call_without_a_session_gets_401_with_a_login_address_and_no_cookie()
    {
        var (head, body) = await AskAsync("POST /pipeline HTTP/1.1\r\nHost: localhost:8989\r\nAccept: application/json\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal(401, head.Status);
        Assert.StartsWith("Bearer", head.Value("WWW-Authenticate"), StringComparison.Ordinal);
        Assert.Null(head.Value("Set-Cookie"));
        using var json = JsonDocument.Parse(body);
        Assert.Equal("login_required", json.RootElement.GetProperty("error").GetString());
        Assert.NotEmpty(json.RootElement.GetProperty("login_url").GetString()!);
        Assert.Empty(_upstream.Heads);
    }

    [Fact]
    public async Task A_navigation_without_a_session_is_sent_to_Keycloak()
    {
        var (head, _) = await AskAsync("GET /pipeline HTTP/1.1\r\nHost: localhost:8989\r\nAccept: text/html\r\n\r\n");
        Assert.Equal(302, head.Status);
        Assert.StartsWith($"{await keycloak.IssuerAsync("master")}/protocol/openid-connect/auth?", head.Value("Location"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_foreign_callback_is_a_readable_400()
    {
        var (head, body) = await AskAsync("GET /authservice/oidc/callback?code=x&state=y HTTP/1.1\r\nHost: localhost:8989\r\nAccept: text/html\r\n\r\n");
        Assert.Equal(400, head.Status);
        Assert.StartsWith("text/html", head.Value("Content-Type"), StringComparison.Ordinal);
        Assert.Contains("data-error=\"foreign_state\"", body, StringComparison.Ordinal);
        Assert.Contains("CSRF check failed.", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_prefix_in_SKIP_AUTH_URLS_opens_nothing_of_the_application()
    {
        var (head, _) = await AskAsync("GET /authservicex HTTP/1.1\r\nHost: localhost:8989\r\nAccept: application/json\r\n\r\n");
        Assert.True(head.Status is 302 or 401, head.Text);
        (head, _) = await AskAsync("GET /authservice/nothing-here HTTP/1.1\r\nHost: localhost:8989\r\nAccept: text/html\r\n\r\n");
        Assert.Equal(404, head.Status);
        Assert.Empty(_upstream.Heads);
    }

    public async ValueTask DisposeAsync()
    {
        if (_envoy is not null)
            await _envoy.DisposeAsync();
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        _upstream.Dispose();
        _folder.Dispose();
    }

    private static async Task<int> LoginCookiesAsync(IPage page) =>
        (await page.Context.CookiesAsync()).Count(cookie => cookie.Name.Contains("authservice_login_", StringComparison.Ordinal));

    private static async Task<(RawHead Head, string Body)> AskAsync(string request)
    {
        using var connection = await RawConnection.OpenAsync(Ports.SeedPublic);
        await connection.WriteAsync(request);
        return await connection.ReadAnswerAsync();
    }
}
