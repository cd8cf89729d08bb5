using AuthGateway.Http;
using AuthGateway.Http.Headers;
using AuthGateway.SystemTests.Parts;
using AuthGateway.SystemTests.Wire;

namespace AuthGateway.SystemTests;

/// <summary>The configurations of docs/deploy-forward-auth.md in the real nginx and the real Caddy: who gets in, and who does not.</summary>
public sealed class ForwardAuthGuideTests(KeycloakServer keycloak, GatewayBinary binary)
{
    private static readonly string[] Script = ["Accept: application/json"];

    [Theory]
    [InlineData("nginx")]
    [InlineData("caddy")]
    public async Task Visit_logs_in_and_ends_on_its_page_and_the_logout_ends_it(string proxy)
    {
        await using var stage = await ForwardAuthStage.StartAsync(proxy, keycloak, binary);
        using var browser = new CookieBrowser();

        await browser.LogInAsync(stage.Page("/lab/tree?file=a%20b&x=1"), "ann", "ann-pass");

        Assert.Equal((200, stage.Page("/lab/tree?file=a%20b&x=1")), (browser.Status, browser.Address));
        Assert.Equal("ann@example.com", stage.Upstream.Last("/lab/tree?file=a%20b&x=1").Value("kubeflow-userid"));
        Assert.Single(stage.Upstream.Last("/lab/tree?file=a%20b&x=1").LinesFoldingTo("kubeflow-userid"));
        var session = browser.CookieHeader("localhost");
        Assert.Equal(200, (await stage.SendAsync("GET", "/lab/tree", [.. Script, "Cookie: " + session])).Head.Status);

        await browser.GoAsync(stage.Page("/authservice/logout"));
        await browser.SubmitAsync(new Dictionary<string, string>());

        Assert.Equal(401, (await stage.SendAsync("GET", "/lab/tree", [.. Script, "Cookie: " + session])).Head.Status);
    }

    [Theory]
    [InlineData("nginx")]
    [InlineData("caddy")]
    public async Task Nobody_gets_in_without_a_session_however_he_asks(string proxy)
    {
        await using var stage = await ForwardAuthStage.StartAsync(proxy, keycloak, binary, ("SKIP_AUTH_URLS", "/public"));
        Assert.Equal(200, (await stage.SendAsync("GET", "/public/page", Script)).Head.Status);
        var seen = stage.Upstream.Heads.Count;

        var visit = (await stage.SendAsync("GET", "/lab/tree", NavigationHeaders.Visit)).Head;
        Assert.Equal(302, visit.Status);
        Assert.Contains("/protocol/openid-connect/auth?", visit.Value("Location"), StringComparison.Ordinal);
        var script = (await stage.SendAsync("GET", "/lab/tree", Script)).Head;
        Assert.Equal((401, true), (script.Status, script.Value("Content-Type")!.StartsWith("application/json", StringComparison.Ordinal)));
        string[] lies =
        [
            "X-Original-URI: /public/page", "X-Original-URL: http://localhost/public/page", "X-Forwarded-Uri: /public/page", "X-Forwarded-Method: OPTIONS",
            "X-Rewrite-URL: /public/page", "X-Forwarded-Host: elsewhere.example", "Forwarded: for=127.0.0.1", "X-Forwarded-For: 127.0.0.1", "Authorization: Bearer x.y.z",
            "Cookie: authservice_session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "Connection: close, X-Forwarded-Uri", "kubeflow-userid: ann@example.com",
        ];
        foreach (var lie in lies)
            Assert.InRange((await stage.SendAsync("GET", "/lab/tree", [.. Script, lie])).Head.Status, 400, 499);
        string[] targets =
        [
            "/public/../lab/tree", "/public/%2e%2e/lab/tree", "/public/..%2flab/tree", "//public/page/../../lab/tree", "/public;/../lab/tree", "/public\\..\\lab/tree", "/Public/page",
            "/lab/tree?/public/page", "/lab/tree?x=http://localhost/public/page", "/_verify", "/_verify/public/page",
        ];
        foreach (var target in targets)
            Assert.InRange((await stage.SendAsync("GET", target, Script)).Head.Status, 400, 499);
        foreach (var method in new[] { "POST", "PUT", "DELETE", "OPTIONS", "PROPFIND" })
            Assert.InRange((await stage.SendAsync(method, "/lab/tree", [.. Script, "Content-Length: 0"])).Head.Status, 400, 499);

        Assert.Equal(seen, stage.Upstream.Heads.Count);
    }

    [Theory]
    [InlineData("nginx")]
    [InlineData("caddy")]
    public async Task While_the_gateway_is_away_the_door_is_shut(string proxy)
    {
        await using var stage = await ForwardAuthStage.StartAsync(proxy, keycloak, binary, ("SKIP_AUTH_URLS", "/public"));
        await stage.Gateway.StopAsync();

        Assert.InRange((await stage.SendAsync("GET", "/lab/tree", Script)).Head.Status, 500, 599);
        Assert.InRange((await stage.SendAsync("GET", "/public/page", [.. Script, "kubeflow-userid: ann@example.com"])).Head.Status, 500, 599);
        Assert.Empty(stage.Upstream.Heads);
    }
}
