using System.Security.Cryptography;
using System.Text.RegularExpressions;
using AuthGateway.Http;
using AuthGateway.Pages;

namespace AuthGateway.Tests.Login;

/// <summary><c>KEEP_FRAGMENT</c>: the pages around a login. What the script does is proven in Chromium.</summary>
public sealed class FragmentTests
{
    private static readonly Dictionary<string, string> On = new() { ["KEEP_FRAGMENT"] = "true" };

    [Theory]
    [InlineData(GatewayMode.InLine, 200)]
    [InlineData(GatewayMode.ExtAuthz, 203)]
    public async Task Browser_gets_a_page_before_the_provider_and_one_after_the_callback(GatewayMode door, int status)
    {
        await using var rig = await GatewayRig.StartAsync(door, On);
        var browser = rig.NewBrowser();

        var before = await browser.GetAsync(rig.PublicUrl + "/app?x=1");
        var provider = Next(before);
        var after = await browser.GetAsync((await browser.GetAsync(provider)).Location!);

        Assert.Equal((status, status), (before.Status, after.Status));
        Assert.StartsWith(rig.Provider.Issuer + "/authorize?", provider, StringComparison.Ordinal);
        Assert.Equal("/app?x=1", Next(after));
        Assert.Contains("authservice_session", after.CookiesSet);
        Assert.All([before, after], page =>
        {
            Assert.Contains($"<noscript><meta http-equiv=\"refresh\" content=\"0;url=", page.Text, StringComparison.Ordinal);
            Assert.Contains("script-src 'self'", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
            Assert.DoesNotMatch("<script[^>]*>[^<]", page.Text);
            Assert.Contains("no-store", page.Header("Cache-Control"), StringComparison.Ordinal);
        });
        var script = await browser.FetchAsync(rig.PublicUrl + "/authservice/fragment.js");
        Assert.Equal((status, "text/javascript; charset=utf-8"), (script.Status, script.Header("Content-Type")));
        Assert.Contains($"integrity=\"sha256-{Convert.ToBase64String(SHA256.HashData(script.Body))}\"", before.Text.Replace("&#x2B;", "+", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    /// <summary>Traefik and Caddy take every 2xx of a check for "allow": there it is a redirect, as without the setting.</summary>
    [Fact]
    public async Task Check_of_a_proxy_that_takes_2xx_for_allow_gets_a_redirect()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string>(On) { ["TRUSTED_PROXIES"] = "127.0.0.1/32" });

        var answer = await rig.SendAsync(
            "GET", "/authservice/forward-auth", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document", "Sec-Fetch-Site: none", "Accept: text/html",
            "X-Forwarded-Method: GET", "X-Forwarded-Proto: https", "X-Forwarded-Host: " + GatewayRig.PublicHost, "X-Forwarded-Uri: /secret");

        Assert.Equal(302, answer.Status);
        Assert.StartsWith(rig.Provider.Issuer + "/authorize?", answer.Header("Location"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(203)]
    public void Page_is_never_2xx_where_a_proxy_takes_that_for_allow(int status) => Assert.All(
        new[] { AuthGateway.Http.EntryPoint.Verify, AuthGateway.Http.EntryPoint.ForwardAuth },
        door => Assert.Equal(401, AuthGateway.Pages.PageSender.StatusFor(door, status)));

    [Fact]
    public async Task Program_that_follows_redirects_gets_one_as_ever()
    {
        await using var rig = await GatewayRig.StartAsync(settings: On);
        var browser = rig.NewBrowser();
        browser.NavigationHeaders = [new("Accept", "*/*")];

        var (answer, url) = await browser.VisitAsync(rig.PublicUrl + "/app");

        Assert.Equal((200, rig.PublicUrl + "/app"), (answer.Status, url));
    }

    [Fact]
    public async Task Without_the_setting_nothing_of_it_is_there()
    {
        await using var rig = await GatewayRig.StartAsync();

        Assert.Equal(302, (await rig.NewBrowser().GetAsync(rig.PublicUrl + "/app")).Status);
        Assert.Equal(404, (await rig.NewBrowser().FetchAsync(rig.PublicUrl + "/authservice/fragment.js")).Status);
    }

    private static string Next(RawResponse page) => System.Net.WebUtility.HtmlDecode(Regex.Match(page.Text, "data-next=\"([^\"]+)\"").Groups[1].Value);
}
