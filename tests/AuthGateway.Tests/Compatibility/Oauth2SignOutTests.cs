namespace AuthGateway.Tests.Compatibility;

/// <summary>Logout at the addresses of oauth2-proxy (<c>OAUTH2_ADDRESSES</c>): one click of the person, and nobody else.</summary>
public sealed class Oauth2SignOutTests
{
    private const string SignOut = "/oauth2/sign_out";

    private static readonly string[] Click = ["Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document", "Sec-Fetch-User: ?1"];

    [Theory]
    [InlineData(GatewayMode.InLine)]
    [InlineData(GatewayMode.ExtAuthz)]
    public async Task Click_on_a_page_of_the_origin_logs_out_in_one_step(GatewayMode mode)
    {
        foreach (var site in new[] { "same-origin", "none" })
        {
            await using var rig = await Oauth2Rig.StartAsync(mode);
            var session = await Oauth2Rig.SessionAsync(rig);

            var answer = await rig.SendAsync("GET", SignOut, [session, "Sec-Fetch-Site: " + site, .. Click[1..]]);

            Assert.Equal(302, answer.Status);
            Assert.Contains(answer.SetCookies, cookie => cookie.StartsWith("authservice_session=;", StringComparison.Ordinal));
            Assert.Equal(401, (await rig.SendAsync("GET", "/oauth2/auth", session)).Status);
            Assert.Equal(0, rig.StoredRows());
        }
    }

    /// <summary>An image, a prefetch, a frame, a script, a foreign link, a client without the headers: none ends a session.</summary>
    [Theory]
    [InlineData("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document", "Sec-Fetch-User: ?1")]
    [InlineData("Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document")]
    [InlineData("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: image")]
    [InlineData("Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: image")]
    [InlineData("Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: empty")]
    [InlineData("Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: empty")]
    [InlineData("Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe")]
    [InlineData("Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document", "Sec-Purpose: prefetch")]
    [InlineData("Sec-Fetch-Site: none", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document", "Sec-Purpose: prefetch;prerender")]
    [InlineData("Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document")]
    [InlineData("Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document")]
    [InlineData("Sec-Fetch-Site: none", "Sec-Fetch-Dest: document")]
    [InlineData("Accept: text/html")]
    [InlineData("Accept: */*")]
    public async Task Anything_else_ends_nothing(params string[] headers)
    {
        foreach (var mode in new[] { GatewayMode.InLine, GatewayMode.ExtAuthz })
        {
            await using var rig = await Oauth2Rig.StartAsync(mode);
            var session = await Oauth2Rig.SessionAsync(rig);

            foreach (var method in new[] { "GET", "HEAD" })
            {
                var answer = await rig.SendAsync(method, SignOut + "?rd=/app", [session, .. headers]);
                Assert.True(answer.Status is 200 or 203 or 403, answer.ToString());
                Assert.DoesNotContain(answer.SetCookies, cookie => cookie.StartsWith("authservice_session=", StringComparison.Ordinal));
            }

            Assert.Equal(401, (await rig.SendAsync("POST", SignOut, [session, .. headers, "Content-Length: 0", "Origin: https://evil.example"])).Status);
            Assert.Equal(202, (await rig.SendAsync("GET", "/oauth2/auth", session)).Status);
        }
    }

    [Fact]
    public async Task Page_that_asks_is_the_one_of_the_logout_and_its_form_ends_the_session()
    {
        await using var rig = await Oauth2Rig.StartAsync(GatewayMode.ExtAuthz);
        var session = await Oauth2Rig.SessionAsync(rig);

        var page = await rig.SendAsync("GET", SignOut, session, "Accept: text/html");
        var form = System.Text.RegularExpressions.Regex.Match(page.Text, "action=\"?(/oauth2/logout[^\" >]+)").Groups[1].Value.Replace("&amp;", "&", StringComparison.Ordinal);
        var done = await rig.SendAsync("POST", form, session, "Content-Length: 0");

        Assert.Equal([203, 303], [page.Status, done.Status]);
        Assert.Equal(401, (await rig.SendAsync("GET", "/oauth2/auth", session)).Status);
    }

    [Theory]
    [InlineData("?rd=%2Fapp%3Fx%3D1%26y%3D2", "/app?x=1&y=2")]
    [InlineData("?rd=https%3A%2F%2Fgw.example.test%2Fapp", "/app")]
    [InlineData("?rd=https%3A%2F%2Fevil.example%2F", "/")]
    [InlineData("?rd=%2F%2Fevil.example", "/")]
    [InlineData("?rd=%2Fa%22%3E%3Cscript%3E", "/a\"><script>")]
    [InlineData("?rd=%2Fa&rd=%2Fb", "/oauth2/site/after_logout")]
    [InlineData("", "/oauth2/site/after_logout")]
    public async Task Page_that_asks_keeps_the_target(string query, string end)
    {
        foreach (var mode in new[] { GatewayMode.InLine, GatewayMode.ExtAuthz })
        {
            await using var rig = await Oauth2Rig.StartAsync(mode, ("LOGOUT_MODE", "local"));
            var session = await Oauth2Rig.SessionAsync(rig);

            var page = await rig.SendAsync("GET", SignOut + query, session, "Accept: text/html");
            var form = System.Text.RegularExpressions.Regex.Match(page.Text, "action=\"?(/oauth2/logout[^\" >]+)").Groups[1].Value.Replace("&amp;", "&", StringComparison.Ordinal);
            var done = await rig.SendAsync("POST", form, session, "Content-Length: 0");

            Assert.Equal(303, done.Status);
            Assert.Equal(end, done.Location);
            Assert.Equal(401, (await rig.SendAsync("GET", "/oauth2/auth", session)).Status);
        }
    }

    [Theory]
    [InlineData("https://evil.example/", "/")]
    [InlineData("//evil.example", "/")]
    public async Task Target_in_a_form_is_judged_again_and_proves_nothing(string target, string end)
    {
        await using var rig = await Oauth2Rig.StartAsync(GatewayMode.InLine, ("LOGOUT_MODE", "local"));
        var session = await Oauth2Rig.SessionAsync(rig);
        var rd = "rd=" + Uri.EscapeDataString(target);

        Assert.Equal(401, (await rig.SendAsync("POST", "/oauth2/logout?" + rd, session, "Content-Length: 0", "Origin: https://evil.example")).Status);
        Assert.Equal(end, (await rig.SendAsync("POST", "/oauth2/logout?" + rd, session, "Content-Length: 0", "Origin: " + rig.PublicUrl)).Location);

        await using var other = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["LOGOUT_MODE"] = "local" });
        var answer = await other.SendAsync("POST", "/authservice/logout?rd=/app", "Cookie: authservice_session=" + other.SessionOf(await other.LogInAsync()), "Content-Length: 0", "Origin: " + other.PublicUrl);
        Assert.Equal("/authservice/site/after_logout", answer.Location);
    }

    [Theory]
    [InlineData("?rd=%2Fapp", "/app")]
    [InlineData("?rd=https%3A%2F%2Fgw.example.test%2Fapp", "/app")]
    [InlineData("?rd=https%3A%2F%2Fevil.example%2F", "/")]
    [InlineData("?rd=%2F%2Fevil.example", "/")]
    [InlineData("?rd=javascript%3Aalert(1)", "/")]
    [InlineData("?rd=%2Fa&rd=%2Fb", "/oauth2/site/after_logout")]
    [InlineData("", "/oauth2/site/after_logout")]
    public async Task Logout_goes_on_to_its_target_on_this_origin_alone(string query, string end)
    {
        await using var rig = await Oauth2Rig.StartAsync(GatewayMode.InLine, ("LOGOUT_MODE", "local"));
        var session = await Oauth2Rig.SessionAsync(rig);

        Assert.Equal(end, (await rig.SendAsync("GET", SignOut + query, [session, .. Click])).Location);
        Assert.Equal(end, (await rig.SendAsync("GET", SignOut + query, Click)).Location);
    }

    [Fact]
    public async Task Logout_ends_the_providers_session_too_and_asks_where_the_setting_says_so()
    {
        await using var rig = await Oauth2Rig.StartAsync(GatewayMode.InLine, ("OIDC_END_SESSION_URL", "https://idp.example.test/logout"), ("LOGOUT_MODE", "provider"));
        var answer = await rig.SendAsync("GET", SignOut, [await Oauth2Rig.SessionAsync(rig), .. Click]);
        Assert.StartsWith("https://idp.example.test/logout?", answer.Location, StringComparison.Ordinal);
        Assert.Contains("id_token_hint=", answer.Location, StringComparison.Ordinal);

        await using var asking = await Oauth2Rig.StartAsync(GatewayMode.InLine, ("OIDC_END_SESSION_URL", "https://idp.example.test/logout"), ("LOGOUT_MODE", "ask"));
        var session = await Oauth2Rig.SessionAsync(asking);
        Assert.Equal(200, (await asking.SendAsync("GET", SignOut, [session, "Accept: text/html", .. Click])).Status);
        Assert.Equal(202, (await asking.SendAsync("GET", "/oauth2/auth", session)).Status);
    }
}
