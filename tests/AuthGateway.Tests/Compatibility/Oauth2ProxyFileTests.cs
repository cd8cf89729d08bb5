using AuthGateway.Tests.Authentication;
using AuthGateway.Tests.Packaging;

namespace AuthGateway.Tests.Compatibility;

/// <summary>A gateway that runs on oauth2-proxy's file and variables as they are.</summary>
public sealed class Oauth2ProxyFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Kubeflow_file_logs_in_and_hands_the_mesh_the_token_and_the_names()
    {
        await using var rig = await StartAsync(GatewayMode.ExtAuthz, Kubeflow);
        rig.Provider.User = Oauth2ProxyRig.Ann;
        var browser = rig.NewBrowser();

        var first = await browser.GetAsync(rig.PublicUrl + "/pipeline/");
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var authorized = await http.GetAsync(new Uri(rig.Provider.Address, "/authorize?" + first.Location!.Split('?')[1]), TestContext.Current.CancellationToken);
        var callback = await browser.GetAsync(rig.PublicUrl + authorized.Headers.Location!.OriginalString);
        var session = "Cookie: oauth2_proxy_kubeflow=" + browser.CookiesOf(rig.PublicHostName)["oauth2_proxy_kubeflow"];
        var check = await rig.SendAsync("GET", "/pipeline/", session, "X-Auth-Request-Email: victim", "X-Auth-Request-Preferred-Username: victim");

        Assert.StartsWith("/dex/auth?", first.Location, StringComparison.Ordinal);
        Assert.Equal(["/oauth2/callback", "profile email groups openid", "S256"], new[] { "redirect_uri", "scope", "code_challenge_method" }.Select(name => rig.Provider.LastCall("authorize").Parameters[name]));
        Assert.False(rig.Provider.LastCall("authorize").Parameters.ContainsKey("prompt"));
        Assert.Equal(302, callback.Status);
        Assert.Contains(callback.SetCookies, cookie => cookie.StartsWith("oauth2_proxy_kubeflow=", StringComparison.Ordinal) && cookie.Contains("httponly", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(200, check.Status);
        Assert.Equal(["ann@example.com", "staff,admins", "sub-ann"], new[] { "Email", "Groups", "User" }.Select(name => check.Header("X-Auth-Request-" + name)));
        Assert.StartsWith("Bearer ey", check.Header("Authorization"), StringComparison.Ordinal);
        Assert.Contains("X-Auth-Request-Preferred-Username", check.Header("x-envoy-auth-headers-to-remove"), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(200, (await rig.SendAsync("GET", "/dex/auth")).Status);
        Assert.Equal(302, (await rig.SendAsync("GET", "/dex")).Status);
        foreach (var path in new[] { "/jupyter/api/namespaces", "/pipeline/apis/v2beta1/runs", "/ml_metadata.X/Y" })
        {
            var refused = await rig.SendAsync("GET", path);
            Assert.Equal(401, refused.Status);
            Assert.Empty(refused.SetCookies);
        }
    }

    [Theory]
    [InlineData("ann@example.com", "staff", 200)]
    [InlineData("ann@other.com", "staff", 403)]
    [InlineData("ann@example.com", "guests", 403)]
    public async Task Restrictions_of_the_variables_are_in_force(string email, string group, int status)
    {
        await using var rig = await StartAsync(GatewayMode.InLine, Files("variables.env"));
        var user = Oauth2ProxyRig.Ann with { Email = email, Groups = [group] };
        rig.Provider.User = user;

        var (answer, _) = await rig.NewBrowser().VisitAsync(rig.PublicUrl + "/app");

        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 200 ? ["ann@example.com"] : [], rig.Upstream.Requests.SelectMany(request => request.AllFolded("X-Forwarded-Email")));
        Assert.Equal(401, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + rig.Provider.IdToken(user: user))).Status);
        Assert.Equal(200, (await rig.SendAsync("GET", "/healthz")).Status);
        Assert.NotEqual(200, (await rig.SendAsync("POST", "/healthz", "Content-Length: 0")).Status);
    }

    [Fact]
    public async Task Unverified_address_does_not_log_in_unless_the_file_allows_it()
    {
        foreach (var allowed in new[] { "false", "true" })
        {
            var settings = Files("variables.env");
            settings["OAUTH2_PROXY_INSECURE_OIDC_ALLOW_UNVERIFIED_EMAIL"] = allowed;
            await using var rig = await StartAsync(GatewayMode.InLine, settings);
            rig.Provider.User = Oauth2ProxyRig.Ann;
            rig.Provider.EditIdToken = (_, claims) => claims["email_verified"] = false;
            rig.Provider.EditUserInfo = claims => claims["email_verified"] = false;

            Assert.Equal(allowed == "true" ? 200 : 403, (await rig.NewBrowser().VisitAsync(rig.PublicUrl + "/app")).Answer.Status);
        }
    }

    private Dictionary<string, string> Kubeflow
    {
        get
        {
            var settings = Files("kubeflow.env");
            settings["OAUTH2_PROXY_CONFIG"] = _folder.File("oauth2_proxy.cfg");
            return settings;
        }
    }

    private static Dictionary<string, string> Files(string name) => new(
        AuthGateway.Configuration.EnvFile.Load(Path.Combine(Repository.Root, "tests/AuthGateway.Tests/Compatibility/Oauth2ProxyFiles", name)).Values);

    // The rig's own settings give way, but for ports and the store; the provider's address is the rig's.
    private async Task<GatewayRig> StartAsync(GatewayMode mode, Dictionary<string, string> settings)
    {
        var provider = await FakeProvider.StartAsync();
        if (settings.TryGetValue("OAUTH2_PROXY_CONFIG", out var file))
        {
            var text = Repository.Read("tests/AuthGateway.Tests/Compatibility/Oauth2ProxyFiles/kubeflow.cfg")
                .Replace("http://dex.auth.svc.cluster.local:5556/dex/", provider.Issuer + "/", StringComparison.Ordinal)
                .Replace(provider.Issuer + "/keys", provider.Issuer + "/jwks", StringComparison.Ordinal)
                .Replace("http://dex.auth.svc.cluster.local:5556/dex", provider.Issuer, StringComparison.Ordinal);
            await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
        }
        else
        {
            settings["OAUTH2_PROXY_OIDC_ISSUER_URL"] = provider.Issuer;
            settings["OAUTH2_PROXY_REDIRECT_URL"] = $"https://{GatewayRig.PublicHost}/oauth2/callback";
        }

        settings["OAUTH2_PROXY_CLIENT_ID"] = FakeProvider.ClientId;
        settings["OAUTH2_PROXY_CLIENT_SECRET"] = FakeProvider.ClientSecret;
        foreach (var name in new[] { "OIDC_PROVIDER", "OIDC_SCOPES", "CLIENT_ID", "CLIENT_SECRET", "AUTHSERVICE_URL_PREFIX", "SKIP_AUTH_URLS" })
        {
            settings[name] = "";
        }

        settings["METRICS_PORT"] = "0";
        return await GatewayRig.StartAsync(mode, settings, provider: provider);
    }
}
