using AuthGateway.Http.Headers;
using AuthGateway.SystemTests.Parts;
using AuthGateway.SystemTests.Wire;

namespace AuthGateway.SystemTests;

/// <summary>What the application receives is the same, byte for byte, whether the client forges identity headers or not: on every road and for every kind of request.</summary>
public sealed class ForgedIdentityTests(KeycloakServer keycloak, GatewayBinary binary)
{
    private static readonly string[] Forgeries =
    [
        "kubeflow-userid: evil@example.com\r\n",
        "Kubeflow_Userid: evil@example.com\r\n",
        "KUBEFLOW-USERID: evil@example.com\r\n",
        "kubeflow.userid: evil@example.com\r\n",
        "kubeflow-userid: evil@example.com\r\nkubeflow-userid: worse@example.com\r\n",
        "kubeflow-groups: admins\r\n",
        "Kubeflow_Groups: admins\r\nkubeflow.groups: admins\r\n",
        "kubeflow-userid: evil@example.com\r\nkubeflow-groups: admins\r\n",
        "Connection: kubeflow-userid\r\n",
        "Connection: kubeflow-userid\r\nkubeflow_userid: evil@example.com\r\n",
    ];

    private static readonly (string Name, string Text, bool WithSession)[] Requests =
    [
        ("session", "GET /lab/tree HTTP/1.1\r\n", true),
        ("skipped path", "GET /public/page HTTP/1.1\r\n", false),
        ("skipped path with a session", "GET /public/page HTTP/1.1\r\n", true),
        ("OPTIONS", "OPTIONS /lab/tree HTTP/1.1\r\nOrigin: https://elsewhere.example\r\nAccess-Control-Request-Method: GET\r\n", true),
        ("WebSocket", "GET /lab/ws HTTP/1.1\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", true),
    ];

    [Fact]
    public async Task In_line()
    {
        using var upstream = new RecordingUpstream();
        await using var gateway = await GatewayProcess.StartAsync(
            binary, GatewayLaunch.Inline(await keycloak.IssuerAsync("kubeflow"), upstream.Address, ("SKIP_AUTH_URLS", "/public")));
        await AssertForgeriesChangeNothingAsync(gateway.Port, upstream);
    }

    [Fact]
    public async Task Behind_Envoy_with_the_stock_filter()
    {
        EnvoyProxy.Home();
        using var upstream = new RecordingUpstream();
        var (publicPort, port) = (Ports.Free(), Ports.Free());
        var settings = GatewayLaunch.Settings(await keycloak.IssuerAsync("kubeflow"), port, publicPort);
        settings["SKIP_AUTH_URLS"] = "/public";
        var launch = new GatewayLaunch { Port = port, Environment = settings };
        await using var gateway = await GatewayProcess.StartAsync(binary, launch);
        await using var envoy = await EnvoyProxy.StartAsync(publicPort, port, launch.WebPort, upstream.Port);
        await AssertForgeriesChangeNothingAsync(publicPort, upstream);
    }

    [Theory]
    [InlineData("nginx")]
    [InlineData("caddy")]
    public async Task Behind_a_proxy_that_asks_as_the_guide_has_it(string name)
    {
        await using var stage = await ForwardAuthStage.StartAsync(name, keycloak, binary, ("SKIP_AUTH_URLS", "/public"));
        await AssertForgeriesChangeNothingAsync(stage.Proxy.Port, stage.Upstream);
    }

    private static async Task AssertForgeriesChangeNothingAsync(int port, RecordingUpstream upstream)
    {
        using var browser = new CookieBrowser();
        await browser.LogInAsync(new Uri($"http://localhost:{port}/first"), "ann", "ann-pass");
        Assert.Equal(200, browser.Status);
        foreach (var (name, text, withSession) in Requests)
        {
            var cookie = withSession ? $"Cookie: {browser.CookieHeader("localhost")}; app=1\r\n" : "";
            var honest = await SeenAsync(port, upstream, text, cookie, "");
            AssertIdentity(name, withSession && !name.StartsWith("skipped", StringComparison.Ordinal), honest);
            foreach (var forgery in Forgeries)
                AssertSameLines($"{name} with {forgery.Trim()}", honest, await SeenAsync(port, upstream, text, cookie, forgery));
        }
    }

    /// <summary>Public paths carry no identity at all, or (for a logged-in user) the true one: never two, never another.</summary>
    private static void AssertIdentity(string name, bool required, RawHead head)
    {
        var lines = head.LinesFoldingTo("kubeflow-userid").Select(line => line.Split(':', 2)[1].Trim()).ToList();
        if (required)
            Assert.True(lines is ["ann@example.com"], $"{name}:\n{head.Text}");
        else
            Assert.True(lines is [] or [""] or ["ann@example.com"], $"{name}:\n{head.Text}");
    }

    /// <summary>
    /// The same lines, whatever their order (RFC 9110 §5.3 gives the order of different fields no meaning). Not compared: Envoy's own request id, and
    /// the <c>Connection</c> line of a handshake behind Envoy, which Envoy passes on as the client wrote it.
    /// </summary>
    private static void AssertSameLines(string name, RawHead honest, RawHead forged)
    {
        var byEnvoy = honest.Value("x-request-id") is not null;
        IEnumerable<string> Lines(RawHead head) => head.Lines
            .Where(line => !line.StartsWith("x-request-id:", StringComparison.Ordinal))
            .Where(line => !(byEnvoy && line.StartsWith("connection: Upgrade", StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal);
        Assert.True(Lines(honest).SequenceEqual(Lines(forged)), $"{name}\n--- honest\n{honest.Text}\n--- forged\n{forged.Text}");
    }

    private static async Task<RawHead> SeenAsync(int port, RecordingUpstream upstream, string request, string cookie, string forgery)
    {
        var before = upstream.Heads.Count;
        using var connection = await RawConnection.OpenAsync(port);
        await connection.WriteAsync(WithConnection(request, $"Host: localhost:{port}\r\nAccept: */*\r\n{cookie}", forgery));
        var (head, body) = await connection.ReadAnswerAsync();
        var expected = request.Contains("Upgrade:", StringComparison.Ordinal) ? 101 : 200;
        Assert.True(head.Status == expected, $"{request}{forgery}\n{head.Text}{body}");
        return Assert.Single(upstream.Heads.Skip(before));
    }

    /// <summary>A handshake needs its own <c>Connection: Upgrade</c>; the forged token joins it.</summary>
    private static string WithConnection(string request, string rest, string forgery)
    {
        if (request.Contains("Upgrade:", StringComparison.Ordinal))
        {
            forgery = forgery.Contains("Connection: ", StringComparison.Ordinal)
                ? forgery.Replace("Connection: ", "Connection: Upgrade, ", StringComparison.Ordinal)
                : "Connection: Upgrade\r\n" + forgery;
        }

        return request + rest + forgery + "\r\n";
    }
}
