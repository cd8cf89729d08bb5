namespace AuthGateway.Tests.Compatibility;

/// <summary>The addresses of oauth2-proxy (<c>OAUTH2_ADDRESSES</c>).</summary>
public sealed class Oauth2AddressTests
{
    private const string SignOut = "/oauth2/sign_out";

    private static readonly string[] Click = ["Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document", "Sec-Fetch-User: ?1"];

    [Theory]
    [InlineData("start?rd=%2Fapp%3Fx%3D1", "/app?x=1")]
    [InlineData("start?rd=https%3A%2F%2Fgw.example.test%2Fapp", "/app")]
    [InlineData("start?rd=https%3A%2F%2Fevil.example%2Fapp", "/")]
    [InlineData("start?rd=%2F%2Fevil.example%2Fapp", "/")]
    [InlineData("start?rd=%2F%5Cevil.example", "/")]
    [InlineData("start?rd=%2F%09%2Fevil.example", "/")]
    [InlineData("sign_in?rd=%2Fapp", "/app")]
    public async Task Login_begins_at_the_old_addresses_and_ends_at_its_target(string address, string end)
    {
        await using var rig = await StartAsync(GatewayMode.InLine);

        var (answer, url) = await rig.NewBrowser().VisitAsync($"{rig.PublicUrl}/oauth2/{address}");

        Assert.Equal(200, answer.Status);
        Assert.Equal(rig.PublicUrl + end, url);
    }

    [Theory]
    [InlineData(GatewayMode.InLine)]
    [InlineData(GatewayMode.ExtAuthz)]
    public async Task Click_on_a_page_of_the_origin_logs_out_in_one_step(GatewayMode mode)
    {
        foreach (var site in new[] { "same-origin", "none" })
        {
            await using var rig = await StartAsync(mode);
            var session = await SessionAsync(rig);

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
            await using var rig = await StartAsync(mode);
            var session = await SessionAsync(rig);

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
        await using var rig = await StartAsync(GatewayMode.ExtAuthz);
        var session = await SessionAsync(rig);

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
            await using var rig = await StartAsync(mode, ("LOGOUT_MODE", "local"));
            var session = await SessionAsync(rig);

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
        await using var rig = await StartAsync(GatewayMode.InLine, ("LOGOUT_MODE", "local"));
        var session = await SessionAsync(rig);
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
        await using var rig = await StartAsync(GatewayMode.InLine, ("LOGOUT_MODE", "local"));
        var session = await SessionAsync(rig);

        Assert.Equal(end, (await rig.SendAsync("GET", SignOut + query, [session, .. Click])).Location);
        Assert.Equal(end, (await rig.SendAsync("GET", SignOut + query, Click)).Location);
    }

    [Fact]
    public async Task Logout_ends_the_providers_session_too_and_asks_where_the_setting_says_so()
    {
        await using var rig = await StartAsync(GatewayMode.InLine, ("OIDC_END_SESSION_URL", "https://idp.example.test/logout"), ("LOGOUT_MODE", "provider"));
        var answer = await rig.SendAsync("GET", SignOut, [await SessionAsync(rig), .. Click]);
        Assert.StartsWith("https://idp.example.test/logout?", answer.Location, StringComparison.Ordinal);
        Assert.Contains("id_token_hint=", answer.Location, StringComparison.Ordinal);

        await using var asking = await StartAsync(GatewayMode.InLine, ("OIDC_END_SESSION_URL", "https://idp.example.test/logout"), ("LOGOUT_MODE", "ask"));
        var session = await SessionAsync(asking);
        Assert.Equal(200, (await asking.SendAsync("GET", SignOut, [session, "Accept: text/html", .. Click])).Status);
        Assert.Equal(202, (await asking.SendAsync("GET", "/oauth2/auth", session)).Status);
    }

    /// <summary>Envoy lets a request pass by 200 alone, and marks its checks.</summary>
    [Theory]
    [InlineData(GatewayMode.InLine, 200)]
    [InlineData(GatewayMode.ExtAuthz, 203)]
    public async Task Probes_answer_on_the_main_port_and_let_no_request_pass(GatewayMode mode, int checkedStatus)
    {
        await using var rig = await StartAsync(mode);
        var session = await SessionAsync(rig);

        foreach (var path in new[] { "/ping", "/ready", "/oauth2/userinfo" })
        {
            var probe = await RawClient.OnceAsync(rig.Address, $"GET {path} HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\nConnection: close\r\n{session}\r\n\r\n");
            Assert.Equal(200, probe.Status);
            Assert.Equal(mode == GatewayMode.ExtAuthz, probe.Header("x-envoy-auth-headers-to-remove")?.Contains("kubeflow-userid", StringComparison.Ordinal) == true);
            foreach (var mark in new[] { "x-envoy-internal: true", "x-envoy-expected-rq-timeout-ms: 250" })
            {
                Assert.Equal(checkedStatus, (await rig.SendAsync("GET", path, session, mark)).Status);
            }

            Assert.Equal(405, (await rig.SendAsync("POST", path, "Content-Length: 0")).Status);
        }

        Assert.Equal(401, (await rig.SendAsync("GET", "/ping/x", "Accept: application/json")).Status);
        Assert.Equal(401, (await rig.SendAsync("GET", "/pingx", "Accept: application/json")).Status);
        Assert.DoesNotContain(rig.Upstream.Requests, request => request.Lines[0].Contains("ping", StringComparison.Ordinal));
        await rig.Provider.DisposeAsync();
        Assert.Equal(checkedStatus, (await rig.SendAsync("GET", "/ready", "x-envoy-internal: true")).Status);
    }

    [Fact]
    public async Task Ready_is_503_until_the_provider_is_known()
    {
        var provider = await FakeProvider.StartAsync();
        provider.Faults["discovery"] = Fault.Answer(503, "{}");
        await using var rig = await GatewayRig.StartAsync(settings: Settings(), provider: provider, waitUntilReady: false);

        Assert.Equal(200, (await rig.SendAsync("GET", "/ping")).Status);
        Assert.Equal(503, (await rig.SendAsync("GET", "/ready")).Status);
    }

    [Theory]
    [InlineData(GatewayMode.InLine)]
    [InlineData(GatewayMode.ExtAuthz)]
    public async Task Check_answers_202_with_the_headers_or_401_and_userinfo_knows_the_name(GatewayMode mode)
    {
        await using var rig = await StartAsync(
            mode,
            ("USERID_HEADER", "X-Auth-Request-Email"),
            ("GROUPS_HEADER", "X-Auth-Request-Groups"),
            ("CLAIM_HEADERS", "sub:X-Auth-Request-User,preferred_username:X-Auth-Request-Preferred-Username"));
        rig.Provider.User = Oauth2ProxyRig.Ann;
        var session = await SessionAsync(rig);

        var auth = await rig.SendAsync("GET", "/oauth2/auth", session);
        var info = await rig.SendAsync("GET", "/oauth2/userinfo", session);

        Assert.Equal(202, auth.Status);
        Assert.Equal(["ann@example.com", "staff,admins", "sub-ann"], new[] { "Email", "Groups", "User" }.Select(name => auth.Header("X-Auth-Request-" + name)));
        Assert.Equal(["ann@example.com", "ann"], new[] { "email", "preferredUsername" }.Select(name => (string?)info.Json[name]));
        Assert.Equal(401, (await rig.SendAsync("GET", "/oauth2/auth")).Status);
        Assert.Equal(401, (await rig.SendAsync("GET", "/oauth2/userinfo", "Accept: application/json")).Status);
    }

    /// <summary>The mesh sends the whole prefix to the listener of the checks.</summary>
    [Fact]
    public async Task Page_after_the_logout_is_served_where_checks_are_answered()
    {
        await using var rig = await StartAsync(GatewayMode.ExtAuthz);

        var page = await rig.SendAsync("GET", "/oauth2/site/after_logout", "Accept: text/html");

        Assert.Equal(203, page.Status);
        Assert.Contains("<html", page.Text, StringComparison.OrdinalIgnoreCase);
    }

    private static Dictionary<string, string> Settings(params (string Name, string Value)[] more)
    {
        var settings = new Dictionary<string, string>
        {
            ["OAUTH2_ADDRESSES"] = "true",
            ["AUTHSERVICE_URL_PREFIX"] = "/oauth2/",
            ["VERIFY_AUTH_URL"] = "/oauth2/auth",
            ["REDIRECT_URL"] = $"https://{GatewayRig.PublicHost}/oauth2/callback",
        };
        foreach (var (name, value) in more)
        {
            settings[name] = value;
        }

        return settings;
    }

    private static Task<GatewayRig> StartAsync(GatewayMode mode, params (string Name, string Value)[] more) => GatewayRig.StartAsync(mode, Settings(more));

    private static async Task<string> SessionAsync(GatewayRig rig)
    {
        var browser = rig.NewBrowser();
        await browser.VisitAsync(rig.PublicUrl + "/oauth2/start?rd=/oauth2/logged-in");
        return "Cookie: authservice_session=" + rig.SessionOf(browser);
    }
}
