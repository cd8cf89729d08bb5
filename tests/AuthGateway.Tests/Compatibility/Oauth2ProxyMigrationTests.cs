using System.Text.RegularExpressions;
using AuthGateway.Http;
using AuthGateway.Tests.Authentication;
using AuthGateway.Tests.Rig;

namespace AuthGateway.Tests.Compatibility;

/// <summary>What docs/migration-from-oauth2-proxy.md says, tried with the settings that stand there; addresses, ports and the secret alone are the rig's.</summary>
public sealed class Oauth2ProxyMigrationTests
{
    private const string Apps = "https://apps.example.com";

    private static readonly ProviderUser Ann = new("sub-ann", "ann@example.com")
    {
        Groups = ["staff", "admins"],
        Extra = new Dictionary<string, string?> { ["preferred_username"] = "ann" },
    };

    private static readonly string[] Forged =
        ["X-Forwarded-User: victim", "X-Forwarded-Email: victim", "x_forwarded_groups: victim", "X-Forwarded-Preferred-Username: victim", "X-Auth-Request-Email: victim", "X-Forwarded-Access-Token: victim"];

    [Fact]
    public async Task Worked_example_logs_in_over_the_old_callback_and_names_the_user_in_the_old_headers()
    {
        await using var rig = await StartExampleAsync();

        var browser = await rig.LogInAsync(Ann);
        var session = "Cookie: authservice_session=" + rig.SessionOf(browser);
        var first = rig.Upstream.Last;
        var forged = await rig.SendAsync("GET", "/app", [session, .. Forged]);

        Assert.Equal(Apps + "/oauth2/callback", rig.Provider.LastCall("authorize").Parameters["redirect_uri"]);
        Assert.Equal("openid email profile", rig.Provider.LastCall("authorize").Parameters["scope"]);
        Assert.Equal("S256", rig.Provider.LastCall("authorize").Parameters["code_challenge_method"]);
        Assert.Equal(43, rig.SessionOf(browser).Length);
        Assert.Equal(200, forged.Status);
        Assert.All([first, rig.Upstream.Last], request =>
        {
            Assert.Equal(["ann@example.com"], request.AllFolded("X-Forwarded-Email"));
            Assert.Equal(["staff,admins"], request.AllFolded("X-Forwarded-Groups"));
            Assert.Equal(["sub-ann"], request.AllFolded("X-Forwarded-User"));
            Assert.Equal(["ann"], request.AllFolded("X-Forwarded-Preferred-Username"));
            Assert.DoesNotContain(request.Lines, line => line.Contains("victim", StringComparison.Ordinal));
        });
    }

    [Fact]
    public async Task Worked_example_answers_at_the_old_addresses_that_the_page_keeps_and_at_no_other()
    {
        await using var rig = await StartExampleAsync();
        var browser = await rig.LogInAsync(Ann);
        var session = "Cookie: authservice_session=" + rig.SessionOf(browser);
        var seen = rig.Upstream.Requests.Count;

        var auth = await rig.SendAsync("GET", "/oauth2/auth", session);
        var userInfo = await rig.SendAsync("GET", "/oauth2/userinfo", session);

        Assert.Equal(204, auth.Status);
        Assert.Equal("ann@example.com", auth.Header("X-Forwarded-Email"));
        Assert.Equal("staff,admins", auth.Header("X-Forwarded-Groups"));
        Assert.Equal(["ann@example.com", "ann@example.com"], [(string?)userInfo.Json["user"], (string?)userInfo.Json["email"]]);
        Assert.Equal(401, (await rig.SendAsync("GET", "/oauth2/auth")).Status);
        Assert.Equal(401, (await rig.SendAsync("GET", "/oauth2/userinfo", "Accept: application/json")).Status);
        Assert.Equal(204, (await rig.SendAsync("GET", "/oauth2/auth?allowed_groups=nobody", session)).Status);
        Assert.Equal(400, (await rig.SendAsync("GET", "/oauth2/callback?code=x&state=y", "Accept: text/html")).Status);
        Assert.Equal(400, (await rig.SendAsync("POST", "/oauth2/backchannel-logout", "Content-Type: application/x-www-form-urlencoded", "Content-Length: 0")).Status);
        foreach (var path in new[] { "/oauth2/start?rd=/app", "/oauth2/sign_in", "/oauth2/sign_out?rd=/app", "/oauth2/static/x.css" })
        {
            Assert.Equal(404, (await rig.SendAsync("GET", path, session)).Status);
        }

        Assert.Equal(200, (await rig.SendAsync("GET", "/oauth2/logout", session, "Accept: text/html")).Status);
        Assert.Equal(204, (await rig.SendAsync("GET", "/oauth2/auth", session)).Status);
        Assert.Equal(seen, rig.Upstream.Requests.Count);
        await rig.SendAsync("GET", "/ping", session);
        await rig.SendAsync("GET", "/robots.txt", session);
        Assert.Equal(seen + 2, rig.Upstream.Requests.Count);
    }

    [Theory]
    [InlineData("/app?x=1", "/app?x=1")]
    [InlineData(Apps + "/app?x=1", "/app?x=1")]
    [InlineData("https://other.example.com/app", "/")]
    public async Task Login_address_takes_the_target_that_start_took_as_rd(string target, string end)
    {
        await using var rig = await StartExampleAsync();
        rig.Provider.User = Ann;

        var (answer, url) = await rig.NewBrowser().VisitAsync($"{Apps}/oauth2/login?return_url={Uri.EscapeDataString(target)}");

        Assert.Equal(200, answer.Status);
        Assert.Equal(Apps + end, url);
    }

    [Fact]
    public async Task Worked_example_keeps_its_rules_for_groups_paths_and_scripts()
    {
        await using var rig = await StartExampleAsync();
        rig.Provider.User = Ann with { Groups = ["guests"] };

        var refused = await rig.NewBrowser().VisitAsync(Apps + "/app");
        rig.Provider.User = Ann with { Extra = new Dictionary<string, string?> { ["email_verified"] = null } };
        var unverified = await rig.NewBrowser().VisitAsync(Apps + "/app");

        Assert.Equal([403, 403], [refused.Answer.Status, unverified.Answer.Status]);
        Assert.Empty(rig.Upstream.Requests);
        Assert.Equal(401, (await rig.SendAsync("GET", "/api/x", "Accept: text/html", "Sec-Fetch-Mode: navigate")).Status);
        Assert.Equal(401, (await rig.SendAsync("OPTIONS", "/app", "Origin: https://other.example.com", "Access-Control-Request-Method: GET")).Status);
        foreach (var path in new[] { "/healthz", "/static/a.css" })
        {
            Assert.Equal(200, (await rig.SendAsync("DELETE", path, Forged)).Status);
            Assert.DoesNotContain(rig.Upstream.Last.Lines, line => line.Contains("victim", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Cookie_of_oauth2_proxy_opens_nothing_and_is_left_alone()
    {
        await using var rig = await StartExampleAsync();
        var browser = rig.NewBrowser();
        browser.SetCookie("apps.example.com", "_oauth2_proxy", "djE6|1700000000|x");
        rig.Provider.User = Ann;

        Assert.Equal(302, (await browser.GetAsync(Apps + "/app")).Status);
        await browser.VisitAsync(Apps + "/app");

        Assert.Contains("_oauth2_proxy", browser.CookiesOf("apps.example.com").Keys);
        Assert.Contains("_oauth2_proxy=", rig.Upstream.Last.Header("Cookie"), StringComparison.Ordinal);
        Assert.DoesNotContain("authservice_session", rig.Upstream.Last.Header("Cookie"), StringComparison.Ordinal);
    }

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
        var session = "Cookie: authservice_session=" + rig.SessionOf(await rig.LogInAsync(Ann));

        await rig.SendAsync("GET", "/app", [session, .. Forged]);
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
        await using var rig = await StartAsync(settings, GatewayMode.ExtAuthz);
        rig.Provider.User = Ann;
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

    [Theory]
    [InlineData("ann@example.com", 200)]
    [InlineData("ann@other.com", 403)]
    [InlineData("ann@sub.example.com", 403)]
    [InlineData("ann@example.com.other.com", 403)]
    [InlineData("ann@other.com@example.com", 403)]
    [InlineData("ann@example.community", 403)]
    public async Task One_mail_domain_is_kept_by_the_pages_transformers(string email, int status)
    {
        var rule = Regex.Match(Oauth2ProxyPage.Text, "^USERID_TRANSFORMERS=(.*)$", RegexOptions.Multiline).Groups[1].Value;
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["USERID_TRANSFORMERS"] = rule });
        var user = Ann with { Email = email };
        rig.Provider.User = user;

        var (answer, _) = await rig.NewBrowser().VisitAsync(rig.PublicUrl + "/app");
        var byToken = await rig.SendAsync("GET", "/app", "Authorization: Bearer " + rig.Provider.IdToken(user: user));

        Assert.Equal([status, status == 200 ? 200 : 401], [answer.Status, byToken.Status]);
        Assert.Equal(status == 200 ? [email, email] : [], rig.Upstream.Requests.SelectMany(request => request.All("kubeflow-userid")));
    }

    [Fact]
    public async Task Kubeflow_settings_keep_dex_registration_and_hand_istio_the_token()
    {
        var settings = Oauth2ProxyPage.Block("kubeflow.env");
        await using var rig = await StartAsync(settings, GatewayMode.ExtAuthz);
        rig.Provider.User = Ann;
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

    private static Task<GatewayRig> StartExampleAsync() => StartAsync(Oauth2ProxyPage.Block("params.env"), GatewayMode.InLine);

    private static async Task<GatewayRig> StartAsync(Dictionary<string, string> settings, GatewayMode door)
    {
        var provider = await FakeProvider.StartAsync();
        settings["OIDC_PROVIDER"] = provider.Issuer;
        settings["CLIENT_ID"] = FakeProvider.ClientId;
        settings["SKIP_AUTH_URLS"] = settings.GetValueOrDefault("SKIP_AUTH_URLS", "");
        foreach (var name in new[] { "CLIENT_SECRET_FILE", "UPSTREAM_URL", "SERVER_PORT" })
        {
            settings.Remove(name);
        }

        return await GatewayRig.StartAsync(door, settings, provider: provider);
    }
}
