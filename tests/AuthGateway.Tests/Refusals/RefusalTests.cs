namespace AuthGateway.Tests.Refusals;

/// <summary>What a request without a session is told, by what it is.</summary>
public class RefusalTests
{
    public static TheoryData<GatewayMode, string, string, int> Requests
    {
        get
        {
            (string Method, string Lines, int Status)[] requests =
            [
                ("GET", "Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: document|Accept: text/html", 302),
                ("HEAD", "Sec-Fetch-Mode: navigate|Accept: text/html", 302),
                ("GET", "Accept: text/html,*/*;q=0.8", 302),
                ("GET", "Accept: */*|User-Agent: kfp/2.0", 302),
                ("GET", "", 302),
                ("GET", "Accept: */*|User-Agent: Mozilla/5.0", 401),
                ("GET", "Accept: application/json", 401),
                ("GET", "Accept: text/html|X-Requested-With: XMLHttpRequest", 401),
                ("GET", "Accept: text/html|Origin: https://gw.example.test", 401),
                ("GET", "Sec-Fetch-Mode: cors|Sec-Fetch-Dest: empty|Accept: text/html", 401),
                ("GET", "Sec-Fetch-Mode: no-cors|Sec-Fetch-Dest: image", 401),
                ("POST", "Sec-Fetch-Mode: navigate|Accept: text/html|Content-Length: 0", 401),
                ("OPTIONS", "Accept: text/html", 401),
                ("DELETE", "", 401),
                ("GET", "Connection: Upgrade|Upgrade: websocket|Sec-WebSocket-Version: 13|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", 401),
            ];
            var data = new TheoryData<GatewayMode, string, string, int>();
            foreach (var (method, lines, status) in requests)
            {
                data.Add(GatewayMode.InLine, method, lines, status);
                data.Add(GatewayMode.ExtAuthz, method, lines, status);
            }

            return data;
        }
    }

    public static TheoryData<string> NoVisits => ["Sec-Fetch-Mode: no-cors|Sec-Fetch-Dest: image", "Sec-Fetch-Mode: cors|Sec-Fetch-Dest: empty", "Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: iframe", "Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: document|Sec-Purpose: prefetch;prerender"];

    [Theory]
    [MemberData(nameof(NoVisits))]
    public async Task Login_is_begun_and_ended_by_a_visit_alone(string lines)
    {
        await using var rig = await GatewayRig.StartAsync();
        string[] headers = ["Accept: text/html", "Sec-Fetch-Site: same-site", .. lines.Split('|')];
        var begun = await rig.SendAsync("GET", "/authservice/login", headers);
        Assert.Equal(401, begun.Status);
        Assert.Empty(begun.SetCookies);

        var browser = rig.NewBrowser();
        var login = await browser.GetAsync(rig.PublicUrl + "/app");
        var callback = (await browser.GetAsync(login.Location!)).Location!;
        var cookie = "Cookie: " + string.Join("; ", browser.CookiesOf(rig.PublicHostName).Select(pair => $"{pair.Key}={pair.Value}"));
        var early = await rig.SendAsync("GET", new Uri(callback).PathAndQuery, [.. headers, cookie]);

        Assert.Equal(403, early.Status);
        Assert.Empty(early.SetCookies);
        Assert.Equal(0, rig.Provider.Count("token"));
        Assert.Equal(302, (await browser.GetAsync(callback)).Status);
        Assert.NotEmpty(rig.SessionOf(browser));
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Request_without_a_session_is_answered_by_its_kind(GatewayMode door, string method, string lines, int status)
    {
        await using var rig = await GatewayRig.StartAsync(door);
        var all = lines.Split('|', StringSplitOptions.RemoveEmptyEntries).ToList();
        if (method is "HEAD")
        {
            using var client = await RawClient.ConnectAsync(rig.Address);
            await client.SendAsync($"HEAD /app HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\n{string.Concat(all.Select(line => line + "\r\n"))}\r\n");
            Assert.Equal(status, (await client.ReadAsync(isHead: true))!.Status);
            return;
        }

        var answer = await RawClient.OnceAsync(rig.Address, $"{method} /app?q=1 HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\n{string.Concat(all.Select(line => line + "\r\n"))}\r\n");

        Assert.True(answer.Status == status, $"{method} {lines}: {answer}");
        Assert.Contains("no-store", answer.Header("Cache-Control"), StringComparison.Ordinal);
        Assert.Empty(rig.Upstream.Requests);
        if (status == 401)
        {
            Assert.StartsWith("Bearer", answer.Header("WWW-Authenticate"), StringComparison.Ordinal);
            Assert.Equal("login_required", (string?)answer.Json["error"]);
            Assert.Contains("/authservice/login", (string?)answer.Json["login_url"], StringComparison.Ordinal);
            Assert.Empty(answer.SetCookies);
        }
        else
        {
            Assert.StartsWith(rig.Provider.Issuer + "/authorize?", answer.Location, StringComparison.Ordinal);
            var login = Cookie.Parse(Assert.Single(answer.SetCookies, line => line.StartsWith("__Host-authservice_login_", StringComparison.Ordinal)));
            Assert.True(login.IsSecure && login.Attributes.ContainsKey("httponly"));
            Assert.Equal("lax", login.Attributes["samesite"], ignoreCase: true);
        }
    }

    [Theory]
    [InlineData("iframe")]
    [InlineData("frame")]
    [InlineData("embed")]
    [InlineData("object")]
    public async Task Navigation_inside_a_frame_gets_a_page_with_a_link_for_the_whole_window(string destination)
    {
        await using var rig = await GatewayRig.StartAsync();

        var answer = await rig.SendAsync("GET", "/jupyter/", "Accept: text/html", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: " + destination, "Sec-Fetch-Site: same-origin", "Referer: https://gw.example.test/dashboard?ns=a");

        Assert.Equal(401, answer.Status);
        Assert.Contains("target=\"_top\"", answer.Text, StringComparison.Ordinal);
        Assert.Contains("return_url=%2Fdashboard", answer.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("frame-ancestors 'self'", answer.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Null(answer.Header("X-Frame-Options"));
        Assert.Empty(answer.SetCookies);
    }

    [Fact]
    public async Task Person_outside_the_allowed_groups_gets_a_page_that_says_why()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["GROUPS_ALLOWLIST"] = "admins" });
        rig.Provider.User = ProviderUser.Bob;

        var (answer, _) = await rig.NewBrowser().VisitAsync(rig.PublicUrl + "/app");

        Assert.Equal(403, answer.Status);
        Assert.Equal("forbidden", answer.ErrorCode);
        Assert.Contains("staff", answer.Text, StringComparison.Ordinal);
        Assert.Empty(rig.Upstream.Requests);
        Assert.Equal(0, rig.StoredRows());
    }

    [Theory]
    [InlineData("CONNECT", "/app")]
    [InlineData("CONNECT", "/public/x")]
    [InlineData("CONNECT", "/authservice/")]
    [InlineData("CONNECT", "/authservice/login")]
    [InlineData("CONNECT", "/authservice/logout")]
    [InlineData("CONNECT", "/authservice/oidc/callback")]
    [InlineData("CONNECT", "/authservice/site/homepage")]
    [InlineData("CONNECT", "/authservice/userinfo")]
    [InlineData("CONNECT", "/authservice/verify/app")]
    [InlineData("TRACE", "/app")]
    [InlineData("TRACE", "/public/x")]
    public async Task Tunnels_and_traces_are_refused_whoever_asks(string method, string target)
    {
        await using var rig = await GatewayRig.StartAsync();
        var session = rig.SessionOf(await rig.LogInAsync());

        var answer = await rig.SendAsync(method, target, "Cookie: authservice_session=" + session);

        Assert.Equal(405, answer.Status);
        Assert.DoesNotContain(rig.Upstream.Requests, request => request.Method == method);
        Assert.DoesNotContain("unhandled exception", rig.Log.Text, StringComparison.Ordinal);
    }
}
