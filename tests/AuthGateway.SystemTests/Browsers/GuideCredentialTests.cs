using AuthGateway.SystemTests.Parts;
using AuthGateway.SystemTests.Wire;
using Microsoft.Playwright;

namespace AuthGateway.SystemTests.Browsers;

/// <summary>
/// The configurations of docs/deploy-forward-auth.md in the real nginx and Caddy, with Chromium: the ID token reaches the application and no script, the
/// session cookie reaches neither, a user in many groups gets in, a foreign page opens no WebSocket.
/// </summary>
public sealed class GuideCredentialTests(GatewayBinary binary, Chromium chromium)
{
    private const string Ask = """
        async ([target, forge]) => {
          const headers = forge ? { 'X-Forwarded-Method': 'GET', 'X-Forwarded-Proto': 'http', 'X-Forwarded-Host': location.host, 'X-Forwarded-Uri': '/lab', 'X-Original-URI': '/lab' } : {};
          const answer = await fetch(target, { headers });
          return [answer.status, answer.headers.get('authorization'), answer.headers.get('kubeflow-token')];
        }
        """;

    private static readonly (string, string)[] Tokens = [("FORWARD_ID_TOKEN", "true"), ("USERID_TOKEN_HEADER", "kubeflow-token")];

    [Theory]
    [InlineData("nginx")]
    [InlineData("caddy")]
    [InlineData("envoy")]
    [InlineData("in-line")]
    public async Task Application_gets_the_id_token_and_a_script_never(string front)
    {
        if (front == "envoy")
            EnvoyProxy.Home();
        using var upstream = new RecordingUpstream();
        await using var stage = await BrowserStage.StartAsync(binary, upstream.Port, front, WithToken, [.. Tokens, ("TRUSTED_PROXIES", "127.0.0.1")]);
        var page = await chromium.NewPageAsync();
        await stage.LogInAsync(page, "/lab");

        var called = await page.EvaluateAsync<object[]>(Ask, new object[] { "/called", false });
        Assert.Equal("200", $"{called[0]}");
        if (front != "envoy") // the shipped filter copies no Authorization
        {
            Assert.StartsWith("Bearer ey", upstream.Last("/lab").Value("Authorization"), StringComparison.Ordinal);
            Assert.StartsWith("Bearer ey", upstream.Last("/called").Value("Authorization"), StringComparison.Ordinal);
        }

        foreach (var target in new[] { "/authservice/verify", "/authservice/verify/lab", "/authservice/forward-auth", "/_verify", "/authservice/userinfo" })
        {
            foreach (var forge in new[] { false, true })
            {
                var answer = await page.EvaluateAsync<object?[]>(Ask, new object[] { target, forge });
                Assert.True(answer[1] is null && answer[2] is null or "", $"{front} {target} {forge}: {string.Join(" ", answer)}");
                if (front is "nginx" or "caddy" && target.StartsWith("/authservice/verify", StringComparison.Ordinal))
                    Assert.Equal("404", $"{answer[0]}");
            }
        }

        await page.Context.CloseAsync();
    }

    [Theory]
    [InlineData("nginx")]
    [InlineData("caddy")]
    public async Task User_in_300_groups_gets_in_and_the_application_sees_its_own_cookies_alone(string front)
    {
        using var upstream = new RecordingUpstream();
        await using var stage = await BrowserStage.StartAsync(binary, upstream.Port, front, null, ("OIDC_SCOPES", "profile email groups"));
        stage.PutIntoGroups(300);
        var page = await chromium.NewPageAsync();
        await stage.LogInAsync(page, "/lab");
        await page.EvaluateAsync("document.cookie = 'app=1; path=/'; document.cookie = 'zeta=2; path=/'; document.cookie = '__Host-x=authservice_y; path=/; secure'");

        await page.GotoAsync(stage.Url("/again"));

        var head = upstream.Last("/again");
        Assert.Equal("ann@example.com", head.Value("kubeflow-userid"));
        Assert.Equal(300, head.Value("kubeflow-groups")!.Split(',').Length);
        var cookies = head.Value("Cookie")!.Split("; ");
        Assert.All(cookies, cookie => Assert.DoesNotContain("authservice_session", cookie, StringComparison.Ordinal));
        Assert.Contains("app=1", cookies);
        Assert.Contains("zeta=2", cookies);
        await page.Context.CloseAsync();
    }

    [Theory]
    [InlineData("nginx")]
    [InlineData("caddy")]
    public async Task Session_cookie_is_cut_wherever_it_stands(string front)
    {
        using var upstream = new RecordingUpstream();
        await using var stage = await BrowserStage.StartAsync(binary, upstream.Port, front, null);
        var page = await chromium.NewPageAsync();
        await stage.LogInAsync(page, "/lab");
        var session = "authservice_session=" + (await page.Context.CookiesAsync()).Single(cookie => cookie.Name == "authservice_session").Value;
        await page.Context.CloseAsync();
        (string Sent, string Seen)[] cases =
        [
            ($"a=1; {session}", "a=1"), ($"{session}; a=1", "a=1"), (session, ""), ($"{session};a=1; __Host-authservice_login_x=y", "a=1"),
            ($"a=1; {session}; b=authservice_session; c=3", "a=1; b=authservice_session; c=3"), ($"a=1; __Host-authservice_login_x=y; {session}; c=3", "a=1; c=3"),
        ];

        foreach (var (sent, seen) in cases)
        {
            using var connection = await RawConnection.OpenAsync(stage.PublicPort);
            await connection.WriteAsync($"GET /cut HTTP/1.1\r\nHost: localhost:{stage.PublicPort}\r\nAccept: */*\r\nCookie: {sent}\r\nConnection: close\r\n\r\n");
            Assert.Equal(200, (await connection.ReadAnswerAsync()).Head.Status);
            Assert.Equal(seen, upstream.Last("/cut").Value("Cookie") ?? "");
        }
    }

    [Theory]
    [InlineData("nginx")]
    [InlineData("caddy")]
    [InlineData("in-line")]
    public async Task Foreign_page_opens_no_WebSocket_with_the_visitors_cookie(string front)
    {
        using var upstream = new RecordingUpstream();
        await using var stage = await BrowserStage.StartAsync(binary, upstream.Port, front, null);
        var page = await chromium.NewPageAsync();
        await stage.LogInAsync(page, "/lab");
        const string Open = "url => new Promise(done => { const s = new WebSocket(url); s.onopen = () => done('open'); s.onerror = () => done('refused'); })";
        var socket = $"ws://localhost:{stage.PublicPort}/ws";

        Assert.Equal("open", await page.EvaluateAsync<string>(Open, socket));
        // Another port of the same site: the cookie travels, the origin is foreign.
        await page.GotoAsync(upstream.Address.ToString().Replace("127.0.0.1", "localhost", StringComparison.Ordinal));
        Assert.Equal("refused", await page.EvaluateAsync<string>(Open, socket));
        await page.Context.CloseAsync();
    }

    private static string WithToken(string guide) => guide
        .Replace("    auth_request /_verify;\n", "    auth_request /_verify;\n    auth_request_set $token $upstream_http_authorization;\n    proxy_set_header Authorization $token;\n", StringComparison.Ordinal)
        .Replace("copy_headers kubeflow-userid", "copy_headers Authorization kubeflow-userid", StringComparison.Ordinal);
}
