namespace AuthGateway.Tests.Compatibility;

/// <summary>
/// What docs/migration-from-oauth2-proxy.md says about deployments in which a proxy asks: nginx,
/// Traefik, and Istio with Kubeflow.
/// </summary>
public sealed class Oauth2ProxyChecksTests
{
    [Fact]
    public async Task Names_that_strip_headers_lists_reach_the_application_and_a_proxy_that_asks_when_they_are_ours()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string>
        {
            ["USERID_HEADER"] = "X-Auth-Request-Email",
            ["GROUPS_HEADER"] = "X-Auth-Request-Groups",
            ["CLAIM_HEADERS"] = "sub:X-Auth-Request-User,preferred_username:X-Auth-Request-Preferred-Username,email:X-Forwarded-Email,groups:X-Forwarded-Groups",
            ["TRUSTED_PROXIES"] = "127.0.0.1",
            ["FORWARD_ID_TOKEN"] = "true",
        });
        var session = "Cookie: authservice_session=" + rig.SessionOf(await rig.LogInAsync(Oauth2ProxyRig.Ann));

        await rig.SendAsync("GET", "/app", [session, .. Oauth2ProxyRig.Forged]);
        var verify = await rig.SendAsync("GET", "/authservice/verify", session, "X-Original-URI: /app");
        var forward = await rig.SendAsync("GET", "/authservice/forward-auth", session, "X-Forwarded-Method: GET", "X-Forwarded-Proto: https", "X-Forwarded-Host: " + GatewayRig.PublicHost, "X-Forwarded-Uri: /app");

        (string Name, string Value)[] expected =
        [
            ("X-Auth-Request-Email", "ann@example.com"), ("X-Auth-Request-Groups", "staff,admins"), ("X-Auth-Request-User", "sub-ann"), ("X-Auth-Request-Preferred-Username", "ann"),
            ("X-Forwarded-Email", "ann@example.com"), ("X-Forwarded-Groups", "staff,admins"),
        ];
        Assert.Equal([204, 200], [verify.Status, forward.Status]);
        Assert.All(expected, header =>
        {
            Assert.Equal([header.Value], rig.Upstream.Last.AllFolded(header.Name));
            Assert.Equal([header.Value], verify.All(header.Name));
            Assert.Equal([header.Value], forward.All(header.Name));
        });
        Assert.Empty(rig.Upstream.Last.AllFolded("X-Forwarded-User"));
        Assert.DoesNotContain(rig.Upstream.Last.Lines, line => line.Contains("victim", StringComparison.Ordinal));
        Assert.All([rig.Upstream.Last.Header("Authorization"), verify.Header("Authorization"), forward.Header("Authorization")], value => Assert.StartsWith("Bearer ey", value, StringComparison.Ordinal));
        Assert.Equal(401, (await rig.SendAsync("GET", "/app", "Authorization: " + verify.Header("Authorization"))).Status);
    }

    [Fact]
    public async Task Proxy_that_asks_is_answered_at_the_old_address_with_the_old_headers_and_nothing_is_forwarded()
    {
        var settings = Oauth2ProxyPage.Block("auth-request.env");
        settings["EXT_AUTHZ_PORT"] = "0";
        settings["SKIP_AUTH_URLS"] = "/healthz";
        await using var rig = await Oauth2ProxyRig.StartAsync(settings, GatewayMode.ExtAuthz);
        rig.Provider.User = Oauth2ProxyRig.Ann;
        var browser = rig.NewBrowser();
        await browser.VisitAsync(rig.PublicUrl + "/oauth2/login");
        var session = "Cookie: authservice_session=" + rig.SessionOf(browser);

        var auth = await rig.SendAsync("GET", "/oauth2/auth", session, "X-Forwarded-Uri: /app");
        var forward = await rig.SendAsync("GET", "/oauth2/forward-auth", session, "X-Forwarded-Method: GET", "X-Forwarded-Proto: https", "X-Forwarded-Host: " + GatewayRig.PublicHost, "X-Forwarded-Uri: /app");
        var login = await rig.SendAsync("GET", "/oauth2/forward-auth", "Accept: text/html", "X-Forwarded-Method: GET", "X-Forwarded-Proto: https", "X-Forwarded-Host: " + GatewayRig.PublicHost, "X-Forwarded-Uri: /app");

        Assert.Equal([204, 200, 302], [auth.Status, forward.Status, login.Status]);
        Assert.All([auth, forward], answer => Assert.Equal(
            ["ann@example.com", "staff,admins", "sub-ann", "ann"],
            new[] { "Email", "Groups", "User", "Preferred-Username" }.Select(name => answer.Header("X-Auth-Request-" + name))));
        Assert.Empty(auth.SetCookies);
        Assert.Equal(204, (await rig.SendAsync("GET", "/oauth2/auth", "X-Forwarded-Uri: /healthz")).Status);
        Assert.Equal(403, (await rig.SendAsync("GET", "/oauth2/auth", session, "X-Forwarded-Uri: /app", "X-Original-URI: /healthz")).Status);
        Assert.Equal(404, (await rig.SendAsync("GET", "/app", session)).Status);
    }

    [Fact]
    public async Task Kubeflow_settings_keep_dex_registration_and_hand_istio_the_token()
    {
        var settings = Oauth2ProxyPage.Block("kubeflow.env");
        await using var rig = await Oauth2ProxyRig.StartAsync(settings, GatewayMode.ExtAuthz);
        rig.Provider.User = Oauth2ProxyRig.Ann;
        var browser = rig.NewBrowser();

        var first = await browser.GetAsync(rig.PublicUrl + "/pipeline/");
        Assert.StartsWith(settings["OIDC_AUTH_URL"] + "?", first.Location, StringComparison.Ordinal);
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var authorized = await http.GetAsync(new Uri(rig.Provider.Address, "/authorize?" + first.Location!.Split('?')[1]), TestContext.Current.CancellationToken);
        await browser.GetAsync(rig.PublicUrl + authorized.Headers.Location!.OriginalString);
        var check = await rig.SendAsync("GET", "/pipeline/", "Cookie: authservice_session=" + rig.SessionOf(browser));

        Assert.Equal("/oauth2/callback", rig.Provider.LastCall("authorize").Parameters["redirect_uri"]);
        Assert.Equal(200, check.Status);
        Assert.Equal(["ann@example.com", "staff,admins"], [check.Header("kubeflow-userid"), check.Header("kubeflow-groups")]);
        Assert.StartsWith("Bearer ey", check.Header("Authorization"), StringComparison.Ordinal);
        Assert.Equal(200, (await rig.SendAsync("GET", "/dex/auth")).Status);
        Assert.Equal(401, (await rig.SendAsync("GET", "/pipeline/apis/v2beta1/runs")).Status);
        var logout = await rig.SendAsync("POST", "/oauth2/logout", "Cookie: authservice_session=" + rig.SessionOf(browser), "Authorization: Bearer ", "Content-Length: 0");
        Assert.Equal(201, logout.Status);
        Assert.NotNull((string?)logout.Json["afterLogoutURL"]);
    }
}
