using System.Text.RegularExpressions;
using AuthGateway.Tests.Authentication;

namespace AuthGateway.Tests.Compatibility;

/// <summary>What docs/migration-from-oauth2-proxy.md says, tried with the settings that stand there; addresses, ports and the secret alone are the rig's.</summary>
public sealed class Oauth2ProxyMigrationTests
{
    private const string Apps = "https://apps.example.com";

    [Fact]
    public async Task Worked_example_logs_in_over_the_old_callback_and_names_the_user_in_the_old_headers()
    {
        await using var rig = await Oauth2ProxyRig.StartExampleAsync();

        var browser = await rig.LogInAsync(Oauth2ProxyRig.Ann);
        var session = "Cookie: authservice_session=" + rig.SessionOf(browser);
        var first = rig.Upstream.Last;
        var forged = await rig.SendAsync("GET", "/app", [session, .. Oauth2ProxyRig.Forged]);

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
        await using var rig = await Oauth2ProxyRig.StartExampleAsync();
        var browser = await rig.LogInAsync(Oauth2ProxyRig.Ann);
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
        Assert.Equal(403, (await rig.SendAsync("GET", "/oauth2/auth?allowed_groups=nobody", session)).Status);
        Assert.Equal(204, (await rig.SendAsync("GET", "/oauth2/auth?allowed_groups=nobody,staff", session)).Status);
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
        await using var rig = await Oauth2ProxyRig.StartExampleAsync();
        rig.Provider.User = Oauth2ProxyRig.Ann;

        var (answer, url) = await rig.NewBrowser().VisitAsync($"{Apps}/oauth2/login?return_url={Uri.EscapeDataString(target)}");

        Assert.Equal(200, answer.Status);
        Assert.Equal(Apps + end, url);
    }

    [Fact]
    public async Task Worked_example_keeps_its_rules_for_groups_paths_and_scripts()
    {
        await using var rig = await Oauth2ProxyRig.StartExampleAsync();
        rig.Provider.User = Oauth2ProxyRig.Ann with { Groups = ["guests"] };

        var refused = await rig.NewBrowser().VisitAsync(Apps + "/app");
        rig.Provider.User = Oauth2ProxyRig.Ann with { Extra = new Dictionary<string, string?> { ["email_verified"] = null } };
        var unverified = await rig.NewBrowser().VisitAsync(Apps + "/app");

        Assert.Equal([403, 403], [refused.Answer.Status, unverified.Answer.Status]);
        Assert.Empty(rig.Upstream.Requests);
        Assert.Equal(401, (await rig.SendAsync("GET", "/api/x", "Accept: text/html", "Sec-Fetch-Mode: navigate")).Status);
        Assert.Equal(401, (await rig.SendAsync("OPTIONS", "/app", "Origin: https://other.example.com", "Access-Control-Request-Method: GET")).Status);
        foreach (var path in new[] { "/healthz", "/static/a.css" })
        {
            Assert.Equal(200, (await rig.SendAsync("DELETE", path, Oauth2ProxyRig.Forged)).Status);
            Assert.DoesNotContain(rig.Upstream.Last.Lines, line => line.Contains("victim", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Cookie_of_oauth2_proxy_opens_nothing_and_is_left_alone()
    {
        await using var rig = await Oauth2ProxyRig.StartExampleAsync();
        var browser = rig.NewBrowser();
        browser.SetCookie("apps.example.com", "_oauth2_proxy", "djE6|1700000000|x");
        rig.Provider.User = Oauth2ProxyRig.Ann;

        Assert.Equal(302, (await browser.GetAsync(Apps + "/app")).Status);
        await browser.VisitAsync(Apps + "/app");

        Assert.Contains("_oauth2_proxy", browser.CookiesOf("apps.example.com").Keys);
        Assert.Contains("_oauth2_proxy=", rig.Upstream.Last.Header("Cookie"), StringComparison.Ordinal);
        Assert.DoesNotContain("authservice_session", rig.Upstream.Last.Header("Cookie"), StringComparison.Ordinal);
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
        var user = Oauth2ProxyRig.Ann with { Email = email };
        rig.Provider.User = user;

        var (answer, _) = await rig.NewBrowser().VisitAsync(rig.PublicUrl + "/app");
        var byToken = await rig.SendAsync("GET", "/app", "Authorization: Bearer " + rig.Provider.IdToken(user: user));

        Assert.Equal([status, status == 200 ? 200 : 401], [answer.Status, byToken.Status]);
        Assert.Equal(status == 200 ? [email, email] : [], rig.Upstream.Requests.SelectMany(request => request.All("kubeflow-userid")));
    }
}
