namespace AuthGateway.Tests.Browsers;

/// <summary>Who may read the ID token in the answer of a check: proxies, and never a page's script.</summary>
public class TokenReaderTests
{
    private static readonly string[] Asked = ["X-Forwarded-Method: GET", "X-Forwarded-Proto: https", "X-Forwarded-Host: gw.example.test", "X-Forwarded-Uri: /app"];

    public static TheoryData<GatewayMode, string, string, string, bool> Checks => new()
    {
        { GatewayMode.InLine, "/authservice/verify", "", "127.0.0.1", true },
        { GatewayMode.InLine, "/authservice/verify/app", "", "127.0.0.1", true },
        { GatewayMode.InLine, "/authservice/verify", "Sec-Fetch-Mode: navigate", "127.0.0.1", true }, // nginx that clears -Site and -Dest
        { GatewayMode.InLine, "/authservice/verify", "", "192.0.2.1", false },
        { GatewayMode.InLine, "/authservice/verify", "", "", false },
        { GatewayMode.InLine, "/authservice/verify", "Sec-Fetch-Site: same-origin|Sec-Fetch-Mode: cors|Sec-Fetch-Dest: empty", "127.0.0.1", false },
        { GatewayMode.InLine, "/authservice/verify", "Sec-Fetch-Site: none", "127.0.0.1", false },
        { GatewayMode.InLine, "/authservice/verify", "Sec-Fetch-Dest: empty", "127.0.0.1", false },
        { GatewayMode.InLine, "/authservice/verify/app", "Sec-Fetch-Site: same-origin", "127.0.0.1", false },
        { GatewayMode.InLine, "/authservice/forward-auth", "", "127.0.0.1", true },
        { GatewayMode.InLine, "/authservice/forward-auth", "Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: document", "127.0.0.1", true },
        { GatewayMode.InLine, "/authservice/forward-auth", "Sec-Fetch-Site: same-origin|Sec-Fetch-Mode: cors|Sec-Fetch-Dest: empty", "127.0.0.1", false },
        { GatewayMode.ExtAuthz, "/authservice/verify", "", "127.0.0.1", false },
        { GatewayMode.ExtAuthz, "/authservice/verify/app", "", "127.0.0.1", false },
        { GatewayMode.ExtAuthz, "/app", "Sec-Fetch-Site: same-origin", "127.0.0.1", true },
    };

    [Theory]
    [MemberData(nameof(Checks))]
    public async Task Token_is_given_to_a_trusted_proxy_alone(GatewayMode door, string target, string lines, string trusted, bool isGiven)
    {
        await using var rig = await GatewayRig.StartAsync(door, new Dictionary<string, string>
        {
            ["FORWARD_ID_TOKEN"] = "true",
            ["USERID_TOKEN_HEADER"] = "kubeflow-token",
            ["TRUSTED_PROXIES"] = trusted,
            ["EXT_AUTHZ_UPSTREAM_HEADERS"] = "kubeflow-userid,kubeflow-token,authorization",
        });
        var cookie = "Cookie: authservice_session=" + rig.SessionOf(await rig.LogInAsync());

        var answer = await rig.SendAsync("GET", target, [.. target.EndsWith("forward-auth", StringComparison.Ordinal) ? Asked : [], .. lines.Split('|', StringSplitOptions.RemoveEmptyEntries), cookie]);

        Assert.InRange(answer.Status, 200, 204);
        Assert.Equal(["alice@example.test"], answer.All("kubeflow-userid"));
        Assert.Equal(isGiven, answer.Header("Authorization")?.StartsWith("Bearer ey", StringComparison.Ordinal) == true);
        Assert.Equal(isGiven, answer.Header("kubeflow-token")?.StartsWith("ey", StringComparison.Ordinal) == true);
        if (!isGiven)
        {
            Assert.DoesNotContain("ey", string.Concat(answer.All("Authorization")), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Proxy_that_gets_no_token_is_told_why_once()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["FORWARD_ID_TOKEN"] = "true", ["TRUSTED_PROXIES"] = "127.0.0.1" });
        var cookie = "Cookie: authservice_session=" + rig.SessionOf(await rig.LogInAsync());

        await rig.SendAsync("GET", "/authservice/verify", "Sec-Fetch-Site: same-origin", cookie);
        await rig.SendAsync("GET", "/authservice/verify", "Sec-Fetch-Site: same-origin", cookie);

        Assert.Equal(2, rig.Log.Text.Split("got no ID token").Length);
    }

    [Fact]
    public async Task No_other_answer_carries_a_token()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["FORWARD_ID_TOKEN"] = "true", ["USERID_TOKEN_HEADER"] = "kubeflow-token", ["TRUSTED_PROXIES"] = "127.0.0.1" });
        var cookie = "Cookie: authservice_session=" + rig.SessionOf(await rig.LogInAsync());

        foreach (var target in new[] { "/app", "/authservice/", "/authservice/userinfo", "/authservice/logout", "/authservice/login", "/authservice/site/after_logout", "/authservice/nothing" })
        {
            var answer = await rig.SendAsync("GET", target, "Accept: text/html", cookie);
            Assert.Null(answer.Header("Authorization"));
            Assert.Null(answer.Header("kubeflow-token"));
            if (target != "/app") // it echoes what it received
            {
                Assert.DoesNotContain("eyJ", answer.Text, StringComparison.Ordinal);
            }
        }
    }
}
