namespace AuthGateway.Tests.Forwarding;

/// <summary>X2, X9, S12, G18: what of an application's answer does not reach the browser, in both modes.</summary>
public class AnswerHeaderTests
{
    private static readonly string[] Dropped =
    [
        "kubeflow-userid: victim", "KUBEFLOW_USERID: victim", "kubeflow-groups: admins", "Auth-Method: cookie", "x-envoy-auth-headers-to-remove: cookie",
        "NEL: {\"report_to\":\"x\",\"max_age\":9}", "Report-To: {\"group\":\"x\"}", "Reporting-Endpoints: x=\"https://evil.example\"", "Clear-Site-Data: \"*\"",
        "Service-Worker-Allowed: /", "Alt-Svc: h2=\":1\"", "Strict-Transport-Security: max-age=0", "strict-transport-security: includeSubDomains; max-age=\"0\"",
        "Strict-Transport-Security: max-age=1", "Strict-Transport-Security: max-age=086399; preload",
        "WWW-Authenticate: NTLM", "WWW-Authenticate: negotiate", "WWW-Authenticate: Negotiate oYG2MIGzoAMKAQGh", "X-AuthGateway-Hop: 1",
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Header_that_speaks_for_others_is_taken_out(bool byRoutes)
    {
        await using var rig = await ForwardingRig.StartAsync(byRoutes);
        foreach (var line in Dropped)
        {
            rig.Upstream.Answers["/app"] = $"HTTP/1.1 401 Unauthorized\r\n{line}\r\nX-App: kept\r\nContent-Length: 0\r\n\r\n";

            var answer = await rig.SendAsync("GET", "/app");

            Assert.Equal((line, 401, "kept"), (line, answer.Status, answer.Header("X-App")));
            Assert.Empty(answer.All(line[..line.IndexOf(':', StringComparison.Ordinal)]));
        }
    }

    [Theory]
    [InlineData("Basic realm=\"a, NTLM\"", "Basic realm=\"a, NTLM\"")]
    [InlineData("Negotiate, NTLM, Basic realm=\"x\", charset=\"UTF-8\"", "Basic realm=\"x\", charset=\"UTF-8\"")]
    [InlineData("Basic realm=\"x\", charset=\"UTF-8\", NTLM TlRMTVNTUAAC==, Bearer", "Basic realm=\"x\", charset=\"UTF-8\"|Bearer")]
    [InlineData("Negotiation realm=x", "Negotiation realm=x")]
    public async Task Other_challenges_stay(string challenge, string kept)
    {
        await using var rig = await ForwardingRig.StartAsync(byRoutes: false);
        rig.Upstream.Answers["/app"] = $"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: {challenge}\r\nContent-Length: 0\r\n\r\n";

        Assert.Equal(kept.Split('|'), (await rig.SendAsync("GET", "/app")).All("WWW-Authenticate"));
    }

    [Theory]
    [InlineData("NTLM TlRMTVNTUAAB", false, false)]
    [InlineData("Negotiate oYG2MIGzoAMKAQGh", true, false)]
    [InlineData("Basic YTpi", false, true)]
    public async Task Answer_that_logs_a_connection_in_never_reaches_a_shared_one(string credential, bool byRoutes, bool passes)
    {
        await using var rig = await ForwardingRig.StartAsync(byRoutes);

        Assert.Equal(200, (await rig.Gateway.SendAsync("GET", "/public/x", "Authorization: " + credential)).Status);

        Assert.Equal(passes ? [credential] : [], rig.Upstream.Last.All("Authorization"));
    }

    [Theory]
    [InlineData("max-age=86400")]
    [InlineData("max-age=\"31536000\"; includeSubDomains")]
    [InlineData("max-age=99999999999999999999")]
    public async Task Strict_transport_security_that_lasts_passes(string value)
    {
        await using var rig = await ForwardingRig.StartAsync(byRoutes: false);
        rig.Upstream.Answers["/app"] = $"HTTP/1.1 200 OK\r\nStrict-Transport-Security: {value}\r\nContent-Length: 0\r\n\r\n";

        Assert.Equal(value, (await rig.SendAsync("GET", "/app")).Header("Strict-Transport-Security"));
    }

    public static TheoryData<string, string, string> Locations => new()
    {
        { "", "http://UP/x?a=1#b", "https://gw.example.test/x?a=1#b" },
        { "", "HTTP://UP", "https://gw.example.test" },
        { "", "http://UP.evil.example/x", "http://UP.evil.example/x" },
        { "", "http://other.example/x", "http://other.example/x" },
        { "", "/x", "/x" },
        { "", "//UP/x?a=1#b", "https://gw.example.test/x?a=1#b" },
        { "", "//UP", "https://gw.example.test" },
        { "", "//UP.evil.example/x", "//UP.evil.example/x" },
        { "", "///UP/x", "///UP/x" },
        { "base", "//UP/base/x", "https://gw.example.test/x" },
        { "base", "http://UP/base/x", "https://gw.example.test/x" },
        { "base", "http://UP/based/x", "https://gw.example.test/based/x" },
        { "base", "http://UP/base", "https://gw.example.test/" },
    };

    [Theory]
    [MemberData(nameof(Locations))]
    public async Task Redirect_to_the_applications_own_address_goes_to_the_public_one(string basePath, string written, string seen)
    {
        using var app = new EchoUpstream();
        string Up(string text) => text.Replace("UP", app.Address.Authority, StringComparison.Ordinal);
        await using var rig = await ForwardingRig.StartAsync(byRoutes: false, new() { ["UPSTREAM_URL"] = app.Address + basePath });
        app.Answers[basePath.Length > 0 ? "/base/app" : "/app"] = $"HTTP/1.1 302 Found\r\nLocation: {Up(written)}\r\nContent-Length: 0\r\n\r\n";

        Assert.Equal(Up(seen), (await rig.SendAsync("GET", "/app")).Location);
    }

    [Theory]
    [InlineData("original", GatewayRig.PublicHost)]
    [InlineData("upstream", "UP")]
    [InlineData("app.internal:8384", "app.internal:8384")]
    public async Task Upstream_host_is_what_the_application_sees_and_its_redirects_come_back(string setting, string host)
    {
        await using var rig = await ForwardingRig.StartAsync(byRoutes: false, new() { ["UPSTREAM_HOST"] = setting });
        var seen = host.Replace("UP", rig.Upstream.Address.Authority, StringComparison.Ordinal);
        rig.Upstream.Answers["/redirect"] = $"HTTP/1.1 302 Found\r\nLocation: http://{seen}/x\r\nContent-Length: 0\r\n\r\n";

        await rig.SendAsync("GET", "/app");
        Assert.Equal([seen], rig.Upstream.Last.All("Host"));
        Assert.Equal(GatewayRig.PublicHost, rig.Upstream.Last.Header("X-Forwarded-Host"));

        var location = (await rig.SendAsync("GET", "/redirect")).Location;
        Assert.Equal(setting == "original" ? $"http://{GatewayRig.PublicHost}/x" : "https://gw.example.test/x", location);
    }
}
