
namespace AuthGateway.Tests.Forwarding;

/// <summary>X4: how a <c>ROUTES_FILE</c>'s clusters are spoken to, and how long and how much a route may.</summary>
public class RoutesWireTests
{
    [Theory]
    [InlineData("\"DangerousAcceptAnyServerCertificate\": true, \"SslProtocols\": [ \"Tls12\" ]", 200, "Tls12")]
    [InlineData("\"DangerousAcceptAnyServerCertificate\": true, \"SslProtocols\": [ \"Tls13\" ], \"EnableMultipleHttp2Connections\": false, \"MaxConnectionsPerServer\": 1", 200, "Tls13")]
    [InlineData("\"SslProtocols\": [ \"Tls12\" ]", 502, "")]
    public async Task Http_client_settings_are_in_force(string client, int status, string protocol)
    {
        using var folder = new TempFolder();
        await using var app = await TlsApp.StartAsync(folder.Path);
        await using var rig = await ForwardingRig.WithFileAsync(File($$"""
            "HttpClient": { {{client}} }, "HttpRequest": { "AllowResponseBuffering": true }, "Destinations": { "one": { "Address": "{{app.Urls.First()}}" } }
            """));

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => rig.SendAsync("GET", "/x")));

        Assert.All(answers, answer => Assert.Equal(status, answer.Status));
        Assert.All(answers.Where(answer => answer.Status == 200), answer => Assert.StartsWith(protocol, answer.Text, StringComparison.Ordinal));
        Assert.True(!client.Contains("MaxConn", StringComparison.Ordinal) || answers.Select(answer => answer.Text).Distinct().Count() == 1, "More than one connection.");
    }

    [Theory]
    [InlineData("\"MaxConnectionsPerServer\": 10", "\u00c3\u00a9", "\u00c3\u00a9")]
    [InlineData("\"RequestHeaderEncoding\": \"utf-8\", \"ResponseHeaderEncoding\": \"utf-8\"", "\u00c3\u0083\u00c2\u00a9", "\u00e9")]
    public async Task Encodings_are_as_written(string client, string arrives, string comesBack)
    {
        await using var rig = await ForwardingRig.WithFileAsync(File($$"""
            "HttpClient": { {{client}} }, "Destinations": { "one": { "Address": "UPSTREAM" } }
            """));
        rig.Upstream.Answers["/back"] = "HTTP/1.1 200 OK\r\nX-A: \u00c3\u00a9\r\nContent-Length: 0\r\n\r\n";

        await rig.SendAsync("GET", "/x", "X-A: \u00c3\u00a9");

        Assert.Equal([arrives], rig.Upstream.Last.All("X-A"));
        Assert.Equal([comesBack], (await rig.SendAsync("GET", "/back")).All("X-A"));
    }

    [Theory]
    [InlineData("\"BypassOnLocal\": false, \"UseDefaultCredentials\": false", "http://app.example.test/x", "app.example.test")]
    [InlineData("\"BypassOnLocal\": true", "/x", "127.0.0.1")]
    public async Task Web_proxy_is_used(string more, string target, string host)
    {
        using var proxy = new EchoUpstream();
        using var local = new EchoUpstream();
        var address = host == "127.0.0.1" ? local.Address.ToString() : $"http://{host}/";
        await using var rig = await ForwardingRig.WithFileAsync(File($$"""
            "HttpClient": { "WebProxy": { "Address": "{{proxy.Address}}", {{more}} } }, "Destinations": { "one": { "Address": "{{address}}" } }
            """));

        Assert.Equal(200, (await rig.SendAsync("GET", "/x")).Status);

        Assert.Equal(target, (host == "127.0.0.1" ? local : proxy).Last.Target);
    }

    [Fact]
    public async Task Activity_timeout_is_504()
    {
        await using var rig = await ForwardingRig.WithFileAsync(File("""
            "HttpRequest": { "ActivityTimeout": "00:00:01" }, "Destinations": { "one": { "Address": "UPSTREAM" } }
            """));

        Assert.Equal(504, (await rig.SendAsync("GET", "/hang")).Status);
        Assert.Equal(200, (await rig.SendAsync("GET", "/x")).Status);
    }

    [Theory]
    [InlineData("\"Timeout\": \"00:00:01\"", "/hang", 504)]
    [InlineData("\"Timeout\": \"00:00:01\"", "/x", 200)]
    [InlineData("\"TimeoutPolicy\": \"Disable\"", "/x", 200)]
    public async Task Timeout_of_a_route_is_504(string route, string target, int status)
    {
        await using var rig = await ForwardingRig.WithFileAsync(File("\"Destinations\": { \"one\": { \"Address\": \"UPSTREAM\" } }", route));

        var answer = await rig.SendAsync("GET", target, "Accept: application/json");

        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 504, answer.Text == "The application does not answer.\n");
    }

    [Theory]
    [InlineData("Content-Length: 20\r\n\r\n01234567890123456789", 413)]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n14\r\n01234567890123456789\r\n0\r\n\r\n", 413)]
    [InlineData("Content-Length: 10\r\n\r\n0123456789", 200)]
    public async Task Body_over_the_routes_limit_is_413(string rest, int status)
    {
        await using var rig = await ForwardingRig.WithFileAsync(File("\"Destinations\": { \"one\": { \"Address\": \"UPSTREAM\" } }", "\"MaxRequestBodySize\": 10"));

        var answer = await RawClient.OnceAsync(rig.Gateway.Address, $"POST /x HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\n{rig.Cookie}\r\n{rest}");

        Assert.Equal(status, answer.Status);
        Assert.DoesNotContain("The application does not answer", rig.Gateway.Log.Text, StringComparison.Ordinal);
    }

    private static string File(string cluster, string route = "\"Order\": 1") => $$"""
        {
          "Routes": { "app": { "ClusterId": "app", {{route}}, "Match": { "Path": "{**rest}" } } },
          "Clusters": { "app": { {{cluster}} } }
        }
        """;

    // Says which TLS it was spoken to in, and on which connection.
}
