using AuthGateway.Sessions;
using AuthGateway.SystemTests.Parts;

namespace AuthGateway.SystemTests.Stores;

/// <summary>A gateway process in front of an echoing application, with a provider that lets everybody in: for tests of the store behind it.</summary>
internal static class StoreGateway
{
    public const string PublicHost = "gw.example.test";
    public const string PublicUrl = "https://" + PublicHost;

    public static Task<GatewayProcess> StartAsync(GatewayBinary binary, FakeProvider provider, EchoUpstream upstream, params (string Name, string Value)[] more) =>
        StartAsync(binary, provider, upstream, null, more);

    /// <param name="script">See <see cref="GatewayLaunch.Script"/>.</param>
    public static Task<GatewayProcess> StartAsync(GatewayBinary binary, FakeProvider provider, EchoUpstream upstream, string? script, (string Name, string Value)[] more)
    {
        var port = Ports.Free();
        var environment = new Dictionary<string, string>
        {
            ["OIDC_PROVIDER"] = provider.Issuer,
            ["OIDC_SCOPES"] = "profile email",
            ["CLIENT_ID"] = FakeProvider.ClientId,
            ["CLIENT_SECRET"] = FakeProvider.ClientSecret,
            ["PUBLIC_URL"] = PublicUrl,
            ["SERVER_HOSTNAME"] = "127.0.0.1",
            ["SERVER_PORT"] = $"{port}",
            ["UPSTREAM_URL"] = upstream.Address.AbsoluteUri,
            ["LOG_LEVEL"] = "WARN",
        };
        foreach (var (name, value) in more)
            environment[name] = value;
        return GatewayProcess.StartAsync(binary, new GatewayLaunch { Port = port, Environment = environment, Script = script });
    }

    public static (string, string)[] OnRedis(string address, string delay = "off") =>
        [("SESSION_STORE_TYPE", "redis"), ("SESSION_STORE_REDIS_ADDR", address), ("SHUTDOWN_DELAY", delay)];

    /// <summary>The first answer to a visit without a session.</summary>
    public static Task<RawResponse> VisitAsync(GatewayProcess gateway) => NewBrowser(gateway).GetAsync(PublicUrl + "/start");

    /// <summary>A new login; its session cookie, or the status that ended it.</summary>
    public static async Task<(string? Session, int Status)> LogInAsync(GatewayProcess gateway)
    {
        var browser = NewBrowser(gateway);
        var (answer, _) = await browser.VisitAsync(PublicUrl + "/start");
        return (browser.CookiesOf(PublicHost).GetValueOrDefault("authservice_session"), answer.Status);
    }

    public static async Task<string> SessionAsync(GatewayProcess gateway)
    {
        var (session, status) = await LogInAsync(gateway);
        Assert.True(session is not null && status == 200, $"The login ended with {status}\n{gateway.Log}");
        return session;
    }

    /// <summary>What a script of that session gets.</summary>
    public static async Task<int> AskAsync(GatewayProcess gateway, string session) => (await SendAsync(gateway, "GET", "/app", "Cookie: authservice_session=" + session)).Status;

    public static async Task<int> LogOutAsync(GatewayProcess gateway, string session) =>
        (await SendAsync(gateway, "POST", "/authservice/logout", "Authorization: Bearer " + session, "Content-Length: 0")).Status;

    public static Uri LoopbackOf(GatewayProcess gateway) => new($"http://127.0.0.1:{gateway.Port}");

    private static Browser NewBrowser(GatewayProcess gateway) => new(new Dictionary<string, Uri>(StringComparer.OrdinalIgnoreCase) { [PublicHost] = LoopbackOf(gateway) });

    public static Task<RawResponse> SendAsync(GatewayProcess gateway, string method, string target, params string[] lines) => RawClient.OnceAsync(
        LoopbackOf(gateway), $"{method} {target} HTTP/1.1\r\nHost: {PublicHost}\r\nAccept: application/json\r\nConnection: close\r\n{string.Concat(lines.Select(line => line + "\r\n"))}\r\n");
}
