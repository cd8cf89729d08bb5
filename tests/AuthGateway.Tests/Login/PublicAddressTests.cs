using AuthGateway.Configuration;

namespace AuthGateway.Tests.Login;

/// <summary>A visit that does not come to the public address is sent there once; what a proxy in front says wrongly ends in a page, never in a circle.</summary>
public sealed class PublicAddressTests
{
    private static readonly Dictionary<string, string> Trusting = new() { ["TRUSTED_PROXIES"] = "127.0.0.1/32" };

    [Theory]
    [InlineData("http")]
    [InlineData("HTTP")]
    [InlineData("ws")]
    [InlineData("http, https")]
    public async Task Visit_by_http_is_first_sent_to_https(string proto)
    {
        await using var rig = await GatewayRig.StartAsync(settings: Trusting);

        var answer = await rig.SendAsync("GET", "/a%2Fb?x=1", "Accept: text/html", "X-Forwarded-Proto: " + proto);

        Assert.Equal((302, "https://gw.example.test/a%2Fb?x=1"), (answer.Status, answer.Location));
        Assert.DoesNotContain(answer.CookiesSet, name => name.Contains("login", StringComparison.Ordinal));
        Assert.Equal(0, rig.Provider.Count("authorize"));
    }

    [Theory]
    [InlineData("https", true)]
    [InlineData("wss", true)]
    [InlineData("https, http", true)]
    [InlineData("http", false)]
    [InlineData(null, true)]
    public async Task Https_a_proxy_that_is_not_trusted_and_no_word_at_all_begin_a_login(string? proto, bool isTrusted)
    {
        await using var rig = await GatewayRig.StartAsync(settings: isTrusted ? Trusting : null);

        var answer = await rig.SendAsync("GET", "/app", ["Accept: text/html", .. proto is null ? Array.Empty<string>() : ["X-Forwarded-Proto: " + proto]]);

        Assert.StartsWith(rig.Provider.Issuer, answer.Location, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(GatewayMode.InLine, "/app")]
    [InlineData(GatewayMode.ExtAuthz, "/app")]
    [InlineData(GatewayMode.InLine, "/authservice/login?return_url=%2Fapp")]
    public async Task Proxy_that_always_says_http_is_one_redirect_and_then_a_page_that_names_it(GatewayMode door, string path)
    {
        await using var rig = await GatewayRig.StartAsync(door, Trusting);
        var browser = rig.NewBrowser();
        browser.NavigationHeaders = [.. browser.NavigationHeaders, new("X-Forwarded-Proto", "http")];

        var first = await browser.GetAsync(rig.PublicUrl + path);
        var second = await browser.GetAsync(first.Location!);

        Assert.Equal((302, 400, "wrong_scheme"), (first.Status, second.Status, second.ErrorCode));
        Assert.All(["X-Forwarded-Proto", "TRUSTED_PROXIES", "PUBLIC_URL"], name => Assert.Contains(name, second.Text, StringComparison.Ordinal));
        Assert.Contains("X-Forwarded-Proto \"http\"", rig.Log.Text, StringComparison.Ordinal);

        // The person may go on: cookies are kept.
        var link = System.Net.WebUtility.HtmlDecode(System.Text.RegularExpressions.Regex.Match(second.Text, "href=\"(/authservice/login[^\"]*)\"").Groups[1].Value);
        Assert.Equal(302, (await browser.GetAsync(rig.PublicUrl + link)) is var on && on.Location!.StartsWith(rig.Provider.Issuer, StringComparison.Ordinal) ? 302 : 0);
    }

    [Fact]
    public async Task People_behind_one_balancer_on_an_old_host_name_are_all_sent_on()
    {
        await using var rig = await GatewayRig.StartAsync();
        const string Request = "GET /a%2Fb?x=1 HTTP/1.1\r\nHost: other.example.test\r\nAccept: text/html\r\nUser-Agent: same\r\nConnection: close\r\n\r\n";
        for (var person = 0; person < 4; person++)
        {
            var answer = await RawClient.OnceAsync(rig.Address, Request);
            Assert.Equal((302, "https://gw.example.test/a%2Fb?x=1"), (answer.Status, answer.Location));
        }
    }

    [Fact]
    public async Task Browser_that_comes_again_on_the_wrong_host_gets_the_page()
    {
        await using var rig = await GatewayRig.StartAsync();
        const string Request = "GET /app HTTP/1.1\r\nHost: inner.example.test\r\nAccept: text/html\r\nConnection: close\r\n";
        var first = await RawClient.OnceAsync(rig.Address, Request + "\r\n");
        var mark = Assert.Single(first.SetCookies);
        var second = await RawClient.OnceAsync(rig.Address, Request + $"Cookie: {mark.Split(';')[0]}\r\n\r\n");

        Assert.DoesNotContain("Secure", mark, StringComparison.Ordinal);
        Assert.Equal((302, 400, "wrong_host"), (first.Status, second.Status, second.ErrorCode));
        Assert.All(["PUBLIC_URL", "TRUSTED_PROXIES", "https://gw.example.test/app"], text => Assert.Contains(text, second.Text, StringComparison.Ordinal));
        Assert.Contains("inner.example.test", rig.Log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(GatewayMode.InLine)]
    [InlineData(GatewayMode.ExtAuthz)]
    public async Task Providers_own_page_that_is_not_public_is_named_instead_of_a_circle(GatewayMode door)
    {
        await using var rig = await GatewayRig.StartAsync(door, new Dictionary<string, string> { ["OIDC_AUTH_URL"] = "/dex/auth", ["SKIP_AUTH_URLS"] = "" });
        var browser = rig.NewBrowser();

        var first = await browser.GetAsync(rig.PublicUrl + "/app");
        var second = await browser.GetAsync(rig.PublicUrl + first.Location);

        Assert.StartsWith("/dex/auth?", first.Location, StringComparison.Ordinal);
        Assert.Equal((400, "provider_not_public"), (second.Status, second.ErrorCode));
        Assert.All(["SKIP_AUTH_URLS", "/dex/auth"], text => Assert.Contains(text, second.Text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/dex/auth", "", true)]
    [InlineData("/dex/auth", "/dex", false)]
    [InlineData("https://gw.example.test/dex/auth", "", true)]
    [InlineData("https://idp.example.test/auth", "", false)]
    public void Providers_own_page_that_is_not_public_is_a_warning_at_start_and_in_check(string login, string open, bool isSaid)
    {
        var settings = SettingsReader.Read(new Dictionary<string, string>
        {
            ["OIDC_PROVIDER"] = "https://idp.example.test",
            ["CLIENT_ID"] = "a",
            ["CLIENT_SECRET"] = "secret-with-enough-bits-0123456789",
            ["PUBLIC_URL"] = "https://gw.example.test",
            ["OIDC_AUTH_URL"] = login,
            ["SKIP_AUTH_URLS"] = open,
        }, []);

        Assert.Equal(isSaid, settings.Warnings.Any(line => line.StartsWith("SKIP_AUTH_URLS: the provider's own address /dex/auth", StringComparison.Ordinal)));
    }
}
