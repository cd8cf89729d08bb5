using AuthGateway.Access;

namespace AuthGateway.Tests.Identity;

/// <summary>A client's own copies of identity never pass, in any spelling, on any road.</summary>
public class ForgedHeaderTests
{
    private static readonly string[] Forged =
    [
        "kubeflow-userid: victim@example.test", "Kubeflow_Userid: victim@example.test", "KUBEFLOW-USERID: victim@example.test",
        "kubeflow.userid: victim@example.test", "kubeflow_groups: root", "Kubeflow-Groups: root", "auth_method: header", "Auth-Method: header",
        "X-Forwarded-User: victim@example.test", "Remote-User: victim@example.test", "X-Auth-Request-Email: victim@example.test", "Impersonate-User: victim@example.test",
        "X_Forwarded_For: 6.6.6.6, victim", "X.Forwarded.Host: victim.example.test", "X-Forwarded_Proto: victim", "X-Forwarded-Client-Cert: victim", "X-SSL-Client-S-DN: victim",
        "Connection: kubeflow-userid, kubeflow-groups",
    ];

    [Theory]
    [InlineData("GET", "/app", true)]
    [InlineData("OPTIONS", "/app", true)]
    [InlineData("POST", "/app", true)]
    [InlineData("GET", "/public/x", false)]
    [InlineData("OPTIONS", "/public/x", false)]
    [InlineData("GET", "/public/x", true)]
    [InlineData("GET", "/app", true, true)]
    [InlineData("OPTIONS", "/public/x", false, true)]
    public async Task Upstream_sees_the_same_lines_with_and_without_forged_headers(string method, string path, bool loggedIn, bool byRoutesFile = false)
    {
        await using var rig = await GatewayRig.StartAsync();
        using var folder = new TempFolder();
        if (byRoutesFile)
        {
            await RoutesFile.UseAsync(rig, folder.File("routes.json"), rig.Upstream.Address);
        }

        string[] own = ["X-Other: kept", .. loggedIn ? ["Cookie: authservice_session=" + rig.SessionOf(await rig.LogInAsync())] : Array.Empty<string>()];

        await rig.SendAsync(method, path, own);
        var clean = rig.Upstream.Last.Lines;
        var answer = await rig.SendAsync(method, path, [.. own, .. Forged]);

        Assert.Equal(200, answer.Status);
        Assert.Equal(clean, rig.Upstream.Last.Lines);
        Assert.DoesNotContain(rig.Upstream.Last.Lines, line => line.Contains("victim", StringComparison.Ordinal) || line.Contains("root", StringComparison.Ordinal));
        Assert.Equal(path == "/app" ? ["alice@example.test"] : [], rig.Upstream.Last.AllFolded("kubeflow-userid"));
    }

    [Theory]
    [InlineData("Authorization: Bearer {0}|Authorization: Bearer {0}")]
    [InlineData("Authorization: Bearer Bearer {0}")]
    [InlineData("Authorization: Bearer \"{0}\"")]
    [InlineData("Authorization: Session {0}")]
    public async Task Session_in_any_spelling_of_authorization_never_goes_upstream(string lines)
    {
        await using var rig = await GatewayRig.StartAsync();
        var session = rig.SessionOf(await rig.LogInAsync());

        await rig.SendAsync("GET", "/public/x", ["Cookie: authservice_session=" + session, .. string.Format(System.Globalization.CultureInfo.InvariantCulture, lines, session).Split('|')]);

        Assert.DoesNotContain(session, string.Join('\n', rig.Upstream.Requests.Last().All("Authorization")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WebSocket_handshake_carries_the_true_identity_alone()
    {
        await using var rig = await GatewayRig.StartAsync();
        var session = rig.SessionOf(await rig.LogInAsync());
        using var client = await RawClient.ConnectAsync(rig.Address);

        await client.SendAsync($"GET /app/ws HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\nOrigin: https://gw.example.test\r\nCookie: authservice_session={session}\r\nConnection: Upgrade, kubeflow-userid\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{string.Concat(Forged[..^1].Select(line => line + "\r\n"))}\r\n");
        var answer = await client.ReadAsync();
        await client.SendAsync([0x81, 0x82, 1, 2, 3, 4, 5, 6]);
        var echo = await client.Reader.SomeAsync();

        Assert.Equal(101, answer!.Status);
        Assert.NotEmpty(echo);
        Assert.Equal(["alice@example.test"], rig.Upstream.Last.AllFolded("kubeflow-userid"));
        Assert.DoesNotContain(rig.Upstream.Last.Lines, line => line.Contains("victim", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WebSocket_handshake_from_another_origin_is_refused()
    {
        await using var rig = await GatewayRig.StartAsync();
        var session = rig.SessionOf(await rig.LogInAsync());
        var before = rig.Upstream.Requests.Count;

        var answer = await RawClient.OnceAsync(rig.Address, $"GET /app/ws HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\nOrigin: https://evil.example.test\r\nCookie: authservice_session={session}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");

        Assert.InRange(answer.Status, 400, 403);
        Assert.Equal(before, rig.Upstream.Requests.Count);
    }

    [Fact]
    public async Task Own_cookies_stay_here_and_others_pass_byte_for_byte()
    {
        await using var rig = await GatewayRig.StartAsync();
        var session = rig.SessionOf(await rig.LogInAsync());

        await rig.SendAsync("GET", "/app", $"Cookie: a=1; authservice_session={session}; b=\"x y\"; __Host-authservice_login_abc=1; c=%00; d==");

        Assert.Equal(["a=1; b=\"x y\"; c=%00; d=="], rig.Upstream.Last.All("Cookie"));
    }

    [Fact]
    public async Task Session_in_the_authorization_header_never_reaches_the_upstream()
    {
        await using var rig = await GatewayRig.StartAsync();
        var session = rig.SessionOf(await rig.LogInAsync());

        var answer = await rig.SendAsync("GET", "/app", "Authorization: Bearer " + session);

        Assert.Equal(200, answer.Status);
        Assert.Empty(rig.Upstream.Last.All("Authorization"));
        Assert.Equal(["alice@example.test"], rig.Upstream.Last.All("kubeflow-userid"));
    }

    [Fact]
    public async Task Upstream_cannot_set_our_cookies_nor_clear_the_site()
    {
        await using var rig = await GatewayRig.StartAsync();
        var session = rig.SessionOf(await rig.LogInAsync());
        rig.Upstream.Answers["/evil"] = "HTTP/1.1 200 OK\r\nSet-Cookie: authservice_session=planted; Path=/\r\nSet-Cookie: __Host-authservice_login_x=planted; Path=/; Secure\r\nSet-Cookie: =authservice_session=nameless\r\nSet-Cookie: = =__Host-authservice_login_x=nameless\r\nSet-Cookie: x=a,authservice_session=behind-a-comma; Path=/\r\nSet-Cookie: x=a, __Host-authservice_login_x=behind-a-comma; Path=/\r\nSet-Cookie: app=1,2; Path=/app\r\nClear-Site-Data: \"cookies\"\r\nService-Worker-Allowed: /\r\nX-Kept: yes\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";

        var answer = await rig.SendAsync("GET", "/evil", "Cookie: authservice_session=" + session);

        Assert.Equal("yes", answer.Header("X-Kept"));
        Assert.Equal(["app=1,2; Path=/app"], answer.SetCookies);
        Assert.Null(answer.Header("Clear-Site-Data"));
        Assert.Null(answer.Header("Service-Worker-Allowed"));
    }

    [Fact]
    public async Task Non_ascii_user_id_travels_as_utf8()
    {
        await using var rig = await GatewayRig.StartAsync();

        await rig.LogInAsync(new ProviderUser("sub-jose", "josé@example.test"));

        Assert.Equal(["josÃ©@example.test"], rig.Upstream.Last.All("kubeflow-userid"));
    }
}
