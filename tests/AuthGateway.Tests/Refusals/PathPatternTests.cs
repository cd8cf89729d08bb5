using AuthGateway.Configuration;
using AuthGateway.Tests.Configuration;

namespace AuthGateway.Tests.Refusals;

/// <summary><c>API_PATHS</c> and <c>SKIP_AUTH_ROUTES</c>: patterns that match anywhere, with methods.</summary>
public sealed class PathPatternTests
{
    private const string Kubeflow = "*/api/*,*/apis/*,~^/ml_metadata";

    [Theory]
    [InlineData("/jupyter/api/namespaces/me/notebooks", 401)]
    [InlineData("/pipeline/apis/v2beta1/runs?x=1", 401)]
    [InlineData("/ml_metadata.MetadataStoreService/GetArtifacts", 401)]
    [InlineData("/api/workgroup/exists", 401)]
    [InlineData("/jupyter/%61pi/namespaces", 401)]
    [InlineData("/jupyter//api/x", 401)]
    [InlineData("/jupyter/apiary", 302)]
    [InlineData("/x/ml_metadata", 302)]
    [InlineData("/", 302)]
    [InlineData("/app?next=/api/x", 302)]
    public async Task Api_paths_get_401_without_accept_and_without_a_cookie(string path, int status)
    {
        foreach (var mode in new[] { GatewayMode.InLine, GatewayMode.ExtAuthz })
        {
            await using var rig = await GatewayRig.StartAsync(mode, new Dictionary<string, string> { ["API_PATHS"] = Kubeflow });

            var bare = await rig.SendAsync("GET", path);
            var visit = await rig.SendAsync("GET", path, "Accept: text/html", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document", "Sec-Fetch-Site: none");

            Assert.Equal([status, status], [bare.Status, visit.Status]);
            if (status == 401)
            {
                Assert.All([bare, visit], answer =>
                {
                    Assert.Empty(answer.SetCookies);
                    Assert.Null(answer.Location);
                    Assert.Equal("login_required", (string?)answer.Json["error"]);
                });
                Assert.Equal(0, rig.Provider.Count("authorize"));
            }
        }
    }

    [Theory]
    [InlineData("POST=/rpc", "GET", "/rpc", 302)]
    [InlineData("GET=/rpc", "GET", "/rpc", 401)]
    [InlineData("GET=/rpc", "GET", "/rpc/x", 401)]
    [InlineData("GET=/rpc", "GET", "/rpcx", 302)]
    public async Task Api_path_may_be_for_one_method(string setting, string method, string path, int status)
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["API_PATHS"] = setting });

        Assert.Equal(status, (await rig.SendAsync(method, path, "Accept: text/html")).Status);
    }

    [Theory]
    [InlineData("~^/healthz$", "GET", "/healthz", true)]
    [InlineData("~^/healthz$", "GET", "/healthz?x=1", true)]
    [InlineData("~^/healthz$", "GET", "/healthz/x", false)]
    [InlineData("~^/healthz$", "GET", "/private?/healthz", false)]
    [InlineData("GET=~^/open/", "GET", "/open/a", true)]
    [InlineData("GET=~^/open/", "POST", "/open/a", false)]
    [InlineData("GET=~^/open/", "HEAD", "/open/a", false)]
    [InlineData("~^/open/", "GET", "/open/../private", false)]
    [InlineData("~^/open/", "GET", "/open/%2e%2e/private", false)]
    [InlineData("~^/open/", "GET", "/open/..%2fprivate", false)]
    [InlineData("~^/open/", "GET", "//open/a", false)]
    [InlineData("~^/open/", "GET", "/open;x/a", false)]
    [InlineData("~^/open/", "GET", "/OPEN/a", false)]
    [InlineData("~/bar$", "GET", "/foo/secret%23/bar", false)]
    [InlineData("~^/foo/.*/bar$", "GET", "/foo/a/bar", true)]
    [InlineData("/files/*.css", "GET", "/files/a/b.css", true)]
    [InlineData("/files/*.css", "GET", "/files/a/b.css.map", false)]
    [InlineData("/files/*.css", "GET", "/x/files/a.css", false)]
    [InlineData("~^/[a-z]+$", "GET", "/%61bc", false)]
    [InlineData("~^/authservice/", "GET", "/authservice/userinfo", false)]
    [InlineData("/icons", "GET", "/icons/a", true)]
    [InlineData("/icons", "GET", "/iconsx", false)]
    public async Task Public_route_opens_what_it_names_and_nothing_else(string setting, string method, string path, bool isPublic)
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["SKIP_AUTH_ROUTES"] = setting });

        var answer = await rig.SendAsync(method, path, "Accept: application/json", "kubeflow-userid: victim", "Content-Length: 0");

        Assert.Equal(isPublic, answer.Status == 200);
        Assert.Equal(isPublic ? 1 : 0, rig.Upstream.Requests.Count);
        Assert.DoesNotContain(rig.Upstream.Requests, request => request.Lines.Any(line => line.Contains("victim", StringComparison.Ordinal)));
    }

    /// <summary>nginx asks by GET for every method, so a route for one method opens nothing there.</summary>
    [Theory]
    [InlineData("GET=~^/open/", 401)]
    [InlineData("~^/open/", 204)]
    public async Task Route_for_one_method_is_closed_where_the_method_is_not_known(string setting, int status)
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["SKIP_AUTH_ROUTES"] = setting, ["TRUSTED_PROXIES"] = "127.0.0.1" });

        Assert.Equal(status, (await rig.SendAsync("GET", "/authservice/verify", "X-Original-URI: /open/a")).Status);
    }

    [Theory]
    [InlineData("SKIP_AUTH_ROUTES=~.*", "covers everything")]
    [InlineData("SKIP_AUTH_ROUTES=*", "covers everything")]
    [InlineData("SKIP_AUTH_ROUTES=/*", "covers everything")]
    [InlineData("SKIP_AUTH_ROUTES=/", "covers everything")]
    [InlineData("SKIP_AUTH_ROUTES=DELETE=~^/", "covers everything")]
    [InlineData("SKIP_AUTH_ROUTES=~", "no expression")]
    [InlineData("SKIP_AUTH_ROUTES=~(?=x)", "'~(?=x)': ")]
    [InlineData("SKIP_AUTH_ROUTES=~[a", "'~[a': ")]
    [InlineData("SKIP_AUTH_ROUTES=open", "does not begin with /")]
    [InlineData("SKIP_AUTH_ROUTES=/a/../b", "dot segment")]
    [InlineData("SKIP_AUTH_ROUTES=[\"/a\"", "does not begin with /")]
    [InlineData("SKIP_AUTH_ROUTES=[1]", "is no JSON array of strings")]
    [InlineData("API_PATHS=api", "does not begin with /")]
    [InlineData("EMAIL_DOMAINS=ann@example.com", "is no domain")]
    [InlineData("EMAIL_DOMAINS=..com", "is no domain")]
    [InlineData("EMAIL_DOMAINS=.", "is no domain")]
    public void What_cannot_be_meant_is_refused(string setting, string problem) => Assert.Contains(
        KubeflowEnvironments.Read("1.8", setting).Errors,
        line => line.StartsWith(setting.Split('=')[0] + ": ", StringComparison.Ordinal) && line.Contains(problem, StringComparison.Ordinal));

    [Fact]
    public void A_list_in_json_carries_commas()
    {
        var options = KubeflowEnvironments.Read("1.8", """SKIP_AUTH_ROUTES=["GET=~^/a{1,2}$","/b"]""").Options!;

        Assert.Equal(["GET=~^/a{1,2}$", "/b"], options.Access.SkipAuthRoutes.Select(route => route.Text));
        Assert.True(options.Access.SkipAuthRoutes[0].Matches("GET", "/aa"));
        Assert.False(options.Access.SkipAuthRoutes[0].Matches("GET", "/aaa"));
    }
}
