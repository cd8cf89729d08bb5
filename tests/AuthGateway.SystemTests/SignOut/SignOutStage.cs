using System.Net;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using AuthGateway.Http.Headers;
using AuthGateway.SystemTests.Parts;
using AuthGateway.SystemTests.Wire;

namespace AuthGateway.SystemTests.SignOut;

/// <summary>
/// A gateway in the realm <c>kubeflow</c> whose back-channel address the realm knows; ann is logged in in one browser. Tokens live 6 s, so a session in use
/// is refreshed every few seconds.
/// </summary>
internal sealed class SignOutStage : IAsyncDisposable
{
    private readonly RecordingUpstream _upstream;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });

    private SignOutStage(RecordingUpstream upstream, GatewayProcess gateway, KeycloakAdmin admin, OtherApp otherApp)
    {
        _upstream = upstream;
        Gateway = gateway;
        Admin = admin;
        Other = otherApp;
    }

    public GatewayProcess Gateway { get; }

    public KeycloakAdmin Admin { get; }

    /// <summary>A second application in the same realm.</summary>
    public OtherApp Other { get; }

    public CookieBrowser Browser { get; } = new();

    public static async Task<SignOutStage> StartAsync(KeycloakServer keycloak, GatewayBinary binary, params (string Name, string Value)[] settings)
    {
        var issuer = await keycloak.IssuerAsync("kubeflow");
        var admin = await keycloak.AdminAsync("kubeflow");
        await admin.EndSessionsAsync("ann");
        var upstream = new RecordingUpstream();
        var gateway = await GatewayProcess.StartAsync(binary, GatewayLaunch.Inline(issuer, upstream.Address, [("SESSION_REFRESH_MIN_INTERVAL", "1"), ("GROUPS_CLAIM", "groups"), .. settings]));
        await admin.ChangeClientAsync(client =>
        {
            var attributes = client["attributes"]!;
            attributes["backchannel.logout.url"] = $"http://127.0.0.1:{gateway.Port}/authservice/backchannel-logout";
            attributes["backchannel.logout.session.required"] = "true";
            attributes["post.logout.redirect.uris"] = "+";
            attributes["access.token.lifespan"] = "6";
        });
        return new SignOutStage(upstream, gateway, admin, new OtherApp(issuer, upstream.Address));
    }

    public Task LogInAsync(string user = "ann", string password = "ann-pass") => Browser.LogInAsync(new Uri(Gateway.Address, "/lab"), user, password);

    /// <summary>One request of a script with the browser's session.</summary>
    public async Task<bool> IsAliveAsync() => (await GetAsync("/alive")).StatusCode == HttpStatusCode.OK;

    public async Task<IReadOnlyList<string>> GroupsAsync()
    {
        using var answer = await GetAsync("/authservice/userinfo");
        var json = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return [.. json!["groups"]!.AsArray().Select(group => (string)group!)];
    }

    /// <summary>The session ends within the limit; how long it took goes to the test's output.</summary>
    public async Task EndsWithinAsync(double seconds, string what)
    {
        var took = await Deadline.UntilAsync(async () => !await IsAliveAsync(), TimeSpan.FromSeconds(seconds), () => $"the gateway's session over: {what}\n{Gateway.Log}");
        TestContext.Current.TestOutputHelper?.WriteLine($"{what}: the session ended after {took.TotalMilliseconds:0} ms");
    }

    /// <summary>The session is used for so long, and lives.</summary>
    public async Task StaysAliveAsync(double seconds)
    {
        var end = DateTime.UtcNow.AddSeconds(seconds);
        await Deadline.UntilAsync(
            async () =>
            {
                Assert.True(await IsAliveAsync(), Gateway.Log);
                return DateTime.UtcNow > end;
            },
            TimeSpan.FromSeconds(seconds + 5), () => "time passed", everyMilliseconds: 250);
    }

    public async Task<ClientWebSocket> OpenSocketAsync()
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Cookie", Browser.CookieHeader("localhost"));
        await socket.ConnectAsync(new Uri($"ws://localhost:{Gateway.Port}/ws"), TestContext.Current.CancellationToken);
        return socket;
    }

    public async ValueTask DisposeAsync()
    {
        await Admin.ChangeClientAsync(client =>
        {
            client["attributes"]!["backchannel.logout.url"] = "";
            client["attributes"]!["access.token.lifespan"] = "";
        });
        await Gateway.DisposeAsync();
        Browser.Dispose();
        _http.Dispose();
        _upstream.Dispose();
    }

    private async Task<HttpResponseMessage> GetAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Gateway.Address, path));
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        request.Headers.TryAddWithoutValidation("Cookie", Browser.CookieHeader("localhost"));
        return await _http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
