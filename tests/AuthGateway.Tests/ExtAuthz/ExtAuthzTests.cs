using AuthGateway.Sessions;

namespace AuthGateway.Tests.ExtAuthz;

public class ExtAuthzTests
{
    [Fact]
    public async Task Allow_carries_the_identity_once_and_removes_every_other_spelling()
    {
        await using var rig = await GatewayRig.StartAsync(GatewayMode.ExtAuthz);
        var session = rig.SessionOf(await rig.LogInAsync());

        var answer = await rig.SendAsync("POST", "/notebook/a%2Fb?x=1", "Cookie: authservice_session=" + session, "kubeflow-userid: victim@example.test", "Content-Length: 0");

        Assert.Equal(200, answer.Status);
        Assert.Equal(["alice@example.test"], answer.All("kubeflow-userid"));
        var removed = Removed(answer);
        Assert.DoesNotContain("kubeflow-userid", removed, StringComparer.OrdinalIgnoreCase);
        Assert.All(["kubeflow_userid", "kubeflow.userid", "kubeflow-groups", "kubeflow_groups", "auth-method", "auth_method"], name => Assert.Contains(name, removed, StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Public_allow_blanks_the_identity_that_envoy_copies()
    {
        await using var rig = await GatewayRig.StartAsync(GatewayMode.ExtAuthz);

        var answer = await rig.SendAsync("GET", "/public/x", "kubeflow-userid: victim@example.test");

        Assert.Equal(200, answer.Status);
        Assert.Equal([""], answer.All("kubeflow-userid"));
        Assert.Contains("kubeflow-userid", Removed(answer), StringComparer.OrdinalIgnoreCase);
        Assert.DoesNotContain("victim", answer.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/public/x")]
    [InlineData("/authservice/site/homepage")]
    [InlineData("/app")]
    public async Task Session_never_goes_on_by_any_allow_where_envoy_copies_cookie_and_authorization(string target)
    {
        await using var rig = await GatewayRig.StartAsync(GatewayMode.ExtAuthz, new Dictionary<string, string> { ["EXT_AUTHZ_UPSTREAM_HEADERS"] = "kubeflow-userid,cookie,authorization" });
        var session = rig.SessionOf(await rig.LogInAsync());

        var byCookie = await rig.SendAsync("GET", target, "Cookie: a=1; authservice_session=" + session);
        var byBoth = await rig.SendAsync("GET", target, "Cookie: authservice_session=" + session, "Authorization: Bearer " + SessionId.New().Reveal());

        Assert.Equal([200, 200], [byCookie.Status, byBoth.Status]);
        Assert.Equal("a=1", byCookie.Header("Cookie"));
        Assert.Contains("cookie", Removed(byBoth), StringComparer.OrdinalIgnoreCase);
        Assert.Contains("authorization", Removed(byBoth), StringComparer.OrdinalIgnoreCase);
        Assert.DoesNotContain("authorization", Removed(byCookie), StringComparer.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("/authservice/forward-auth")]
    [InlineData("/authservice/nothing-here")]
    [InlineData("/authservice/site")]
    [InlineData("/authservice/site?x")]
    [InlineData("/authservice/site/../verify")]
    [InlineData("/authservice/site/%2e%2e/x")]
    [InlineData("/authservice/site/a%2fb")]
    public async Task Own_paths_never_allow(string target)
    {
        await using var rig = await GatewayRig.StartAsync(GatewayMode.ExtAuthz);

        var answer = await rig.SendAsync("GET", target, "Accept: application/json");

        Assert.NotEqual(200, answer.Status);
        Assert.InRange(answer.Status, 201, 499);
    }

    [Theory]
    [InlineData("/public/x")]
    [InlineData("/authservice/site/homepage")]
    [InlineData("/authservice/verify/app")]
    [InlineData("/app")]
    public async Task Tunnel_is_refused_and_no_error_of_ours(string target)
    {
        await using var rig = await GatewayRig.StartAsync(GatewayMode.ExtAuthz);
        var session = rig.SessionOf(await rig.LogInAsync());

        var answer = await rig.SendAsync("CONNECT", target, "Cookie: authservice_session=" + session);

        Assert.Equal(405, answer.Status);
        Assert.Null(answer.Header("kubeflow-userid"));
        Assert.DoesNotContain("unhandled exception", rig.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_without_return_url_ends_on_a_page_that_is_no_allow()
    {
        await using var rig = await GatewayRig.StartAsync(GatewayMode.ExtAuthz);

        var (answer, _) = await rig.NewBrowser().VisitAsync(rig.PublicUrl + "/authservice/login");

        Assert.Equal(203, answer.Status);
        Assert.Contains("logged in", answer.Text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Not_ready_is_a_page_with_403_and_never_5xx()
    {
        var provider = await FakeProvider.StartAsync();
        provider.Faults["discovery"] = Fault.Drop;
        await using var rig = await GatewayRig.StartAsync(GatewayMode.ExtAuthz, provider: provider, waitUntilReady: false);

        var answer = await rig.SendAsync("GET", "/app", "Accept: text/html");

        Assert.Equal(403, answer.Status);
        Assert.NotEmpty(answer.Text);
    }

    /// <summary>An application that folds names (WSGI, CGI) reads all three as one.</summary>
    [Theory]
    [InlineData("X_User", "x-user", "x.user")]
    [InlineData("x.user", "x-user", "x_user")]
    [InlineData("X-User", "x_user", "x.user")]
    public async Task Other_spellings_of_the_user_id_header_are_removed_whatever_separates_its_parts(string header, string one, string other)
    {
        await using var rig = await GatewayRig.StartAsync(GatewayMode.ExtAuthz, new Dictionary<string, string> { ["USERID_HEADER"] = header });
        var session = rig.SessionOf(await rig.LogInWithoutUpstreamAsync());

        var answer = await rig.SendAsync("GET", "/app", "Cookie: authservice_session=" + session);

        Assert.Equal("alice@example.test", answer.Header(header));
        Assert.Contains(one, Removed(answer));
        Assert.Contains(other, Removed(answer));
        Assert.DoesNotContain(header, Removed(answer), StringComparer.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("a=\u0001b", 400)]
    [InlineData("a=b\u007f", 400)]
    [InlineData("a=Stra\u00c3\u009fe", 200)]
    public async Task Control_byte_in_a_cookie_that_envoy_copies_is_400(string cookie, int status)
    {
        await using var rig = await GatewayRig.StartAsync(GatewayMode.ExtAuthz, new Dictionary<string, string> { ["EXT_AUTHZ_UPSTREAM_HEADERS"] = "kubeflow-userid,cookie" });
        var session = rig.SessionOf(await rig.LogInWithoutUpstreamAsync());

        Assert.Equal(status, (await rig.SendAsync("GET", "/app", $"Cookie: authservice_session={session}; {cookie}")).Status);
        Assert.Equal(status, (await rig.SendAsync("GET", "/public/x", $"Cookie: {cookie}")).Status);
        Assert.DoesNotContain("unhandled exception", rig.Log.Text, StringComparison.Ordinal);
    }

    private static string[] Removed(RawResponse answer) => (answer.Header("x-envoy-auth-headers-to-remove") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
