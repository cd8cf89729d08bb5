namespace AuthGateway.Tests.Login;

/// <summary>
/// <c>http://host</c> typed while the public address is https, and no proxy is trusted: what the browser's own headers tell, and what is said where they
/// tell nothing.
/// </summary>
public sealed class PlainHttpTests
{
    private static readonly KeyValuePair<string, string>[] OverHttp = [new("Accept", "text/html,application/xhtml+xml"), new("Upgrade-Insecure-Requests", "1")];
    private static readonly Dictionary<string, string> Trusting = new() { ["TRUSTED_PROXIES"] = "127.0.0.1/32" };

    [Theory]
    [InlineData("/a%2Fb?x=1", "/authservice/login?return_url=%2Fa%252Fb%3Fx%3D1&moved=1")]
    [InlineData("/authservice/login", "/authservice/login?moved=1")]
    [InlineData("/authservice/login?return_url=%2Fapp", "/authservice/login?return_url=%2Fapp&moved=1")]
    public async Task Browser_that_came_by_http_is_sent_to_https_and_its_login_ends_on_the_page(string path, string to)
    {
        await using var rig = await GatewayRig.StartAsync();
        var browser = rig.NewBrowser();
        var overHttps = browser.NavigationHeaders;
        browser.NavigationHeaders = OverHttp;

        var first = await browser.GetAsync("http://" + GatewayRig.PublicHost + path);

        Assert.Equal((302, rig.PublicUrl + to), (first.Status, first.Location));
        Assert.Empty(first.SetCookies);
        browser.NavigationHeaders = [.. overHttps, new("Upgrade-Insecure-Requests", "1")];
        var (page, url) = await browser.VisitAsync(first.Location!);
        Assert.Equal(200, page.Status);
        Assert.EndsWith(path.StartsWith("/a%2F", StringComparison.Ordinal) ? path : path.Contains("app", StringComparison.Ordinal) ? "/app" : "/authservice/logged-in", url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Old_browser_behind_a_proxy_that_says_nothing_is_sent_once_and_logs_in()
    {
        await using var rig = await GatewayRig.StartAsync();
        var browser = rig.NewBrowser();
        browser.NavigationHeaders = OverHttp;

        var (page, url) = await browser.VisitAsync(rig.PublicUrl + "/app?x=1", limit: 6);

        Assert.Equal((200, rig.PublicUrl + "/app?x=1"), (page.Status, url));
    }

    [Fact]
    public async Task Browser_without_cookies_is_sent_once_and_no_second_time()
    {
        await using var rig = await GatewayRig.StartAsync();

        var first = await rig.NewBrowser().SendAsync("GET", rig.PublicUrl + "/app", OverHttp);
        var second = await rig.NewBrowser().SendAsync("GET", first.Location!, OverHttp);

        Assert.EndsWith("moved=1", first.Location, StringComparison.Ordinal);
        Assert.StartsWith(rig.Provider.Issuer, second.Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_that_plain_http_did_not_show_goes_on_to_its_page_without_a_login()
    {
        await using var rig = await GatewayRig.StartAsync();
        var browser = await rig.LogInAsync();
        var logins = rig.Provider.Count("authorize");
        var overHttps = browser.NavigationHeaders;
        browser.NavigationHeaders = OverHttp;
        var first = await browser.GetAsync("http://" + GatewayRig.PublicHost + "/app?x=1");
        browser.NavigationHeaders = overHttps;

        var second = await browser.GetAsync(first.Location!);

        Assert.Equal((302, "/app?x=1", logins), (second.Status, second.Location, rig.Provider.Count("authorize")));
    }

    [Theory]
    [InlineData(GatewayMode.ExtAuthz, true, false)]
    [InlineData(GatewayMode.InLine, false, false)]
    [InlineData(GatewayMode.InLine, true, true)]
    public async Task Envoys_checks_programs_and_browsers_on_https_begin_their_login_as_ever(GatewayMode door, bool isBrowser, bool isHttps)
    {
        await using var rig = await GatewayRig.StartAsync(door);
        KeyValuePair<string, string>[] headers = [new("Accept", "text/html"), .. isBrowser ? OverHttp[1..] : [], .. isHttps ? [new KeyValuePair<string, string>("Sec-Fetch-Mode", "navigate")] : Array.Empty<KeyValuePair<string, string>>()];

        var answer = await rig.NewBrowser().SendAsync("GET", rig.PublicUrl + "/app", headers);

        Assert.StartsWith(rig.Provider.Issuer, answer.Location, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-Forwarded-Proto", "http", GatewayRig.PublicHost, "wrong_scheme")]
    [InlineData("X-Any", "1", "old.example.test", "wrong_host")]
    public async Task Client_without_cookies_is_not_redirected_without_end(string header, string value, string host, string code)
    {
        await using var rig = await GatewayRig.StartAsync(settings: Trusting);
        var target = "/app?x=1";
        var redirects = 0;
        RawResponse answer;
        while ((answer = await RawClient.OnceAsync(rig.Address, $"GET {target} HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\n{header}: {value}\r\nConnection: close\r\n\r\n")).Status == 302)
        {
            Assert.True(++redirects < 20, "redirected without end");
            Assert.StartsWith(rig.PublicUrl + "/", answer.Location, StringComparison.Ordinal);
            target = answer.Location![rig.PublicUrl.Length..];
        }

        Assert.Equal((400, code), (answer.Status, answer.ErrorCode));
    }

    [Theory]
    [InlineData(GatewayMode.ExtAuthz)]
    [InlineData(GatewayMode.InLine)]
    public async Task Login_that_began_on_http_and_comes_back_without_its_cookie_is_told_the_cause(GatewayMode door)
    {
        await using var rig = await GatewayRig.StartAsync(door);
        var browser = rig.NewBrowser();
        var first = await browser.GetAsync("http://" + GatewayRig.PublicHost + "/app");
        var back = await browser.GetAsync(first.Location!);

        var page = await browser.GetAsync(back.Location!);

        Assert.Equal((400, "foreign_state"), (page.Status, page.ErrorCode));
        Assert.All(["plain http", "PUBLIC_URL", "X-Forwarded-Proto", "TRUSTED_PROXIES"], name => Assert.Contains(name, page.Text, StringComparison.Ordinal));
        Assert.Single(rig.Log.Lines, line => line.Contains("A login failed: foreign_state", StringComparison.Ordinal) && line.Contains("TRUSTED_PROXIES", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_a_trusted_proxy_says_https_plain_http_is_no_cause()
    {
        await using var rig = await GatewayRig.StartAsync(settings: Trusting);
        var browser = rig.NewBrowser();
        browser.NavigationHeaders = [.. browser.NavigationHeaders, new("X-Forwarded-Proto", "https")];
        var back = await browser.GetAsync((await browser.GetAsync(rig.PublicUrl + "/app")).Location!);

        var other = rig.NewBrowser();
        other.NavigationHeaders = browser.NavigationHeaders;
        var page = await other.GetAsync(back.Location!);

        Assert.Equal("foreign_state", page.ErrorCode);
        Assert.DoesNotContain("plain http", page.Text, StringComparison.Ordinal);
    }
}
