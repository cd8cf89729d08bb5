using AuthGateway.Configuration;
using AuthGateway.Oidc.Login;
using AuthGateway.Oidc.Login.Attempts;
using Microsoft.Extensions.DependencyInjection;

namespace AuthGateway.Tests.Login;

/// <summary>A login comes back to the page first asked for, whole, on our own origin.</summary>
public sealed class ReturnPathTests
{
    public static TheoryData<string> LongAndOddPaths =>
    [
        "/app?ns=a&x=" + new string('q', 1390),
        "/app?ns=a&x=" + new string('q', 2800),
        "/" + new string('p', 2000) + "?x=1",
        "//a//b",
        "/a//b/?x=//y",
    ];

    [Theory]
    [MemberData(nameof(LongAndOddPaths))]
    public async Task First_page_is_kept_byte_for_byte(string path)
    {
        await using var rig = await GatewayRig.StartAsync();
        var browser = rig.NewBrowser();

        var start = await browser.GetAsync(rig.PublicUrl + path);
        var state = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(new Uri(start.Location!).Query)["state"].ToString();
        var callback = await browser.GetAsync(start.Location!);
        var end = await browser.GetAsync(callback.Location!);

        Assert.InRange(state.Length, 1, 2000);
        Assert.Equal(302, end.Status);
        Assert.Equal(rig.PublicUrl + path, Browser.Resolve(rig.PublicUrl, end.Location!));
        Assert.DoesNotContain(browser.CookiesOf(GatewayRig.PublicHost).Keys, name => name.Contains("authservice_page_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Longer_paths_lose_their_query_and_many_of_them_stay_below_a_proxys_limit()
    {
        await using var rig = await GatewayRig.StartAsync();
        var browser = rig.NewBrowser();
        await browser.GetAsync(rig.PublicUrl + "/1?x=" + new string('q', 2700));
        await browser.GetAsync(rig.PublicUrl + "/2?x=" + new string('q', 2700));
        var (answer, url) = await browser.VisitAsync(rig.PublicUrl + "/3?x=" + new string('q', 3000));

        Assert.Equal((200, rig.PublicUrl + "/3"), (answer.Status, url));
        Assert.InRange(browser.CookiesOf(GatewayRig.PublicHost).Sum(cookie => cookie.Key.Length + cookie.Value.Length), 1, 5000);
    }

    [Theory]
    [InlineData("return_url=%2Fapp%3Fns%3Da%23%2Fx", "/app?ns=a#/x")]
    [InlineData("return_url=%2F%23%2Fruns", "/#/runs")]
    [InlineData("rd=%2Fx%3Fy%3D1", "/x?y=1")]
    [InlineData("rd=https%3A%2F%2Fgw.example.test%2Fx", "/x")]
    [InlineData("rd=https%3A%2F%2Fevil.example.test%2Fx", "/")]
    [InlineData("rd=%2F%2Fevil.example.test%2Fx", "/")]
    [InlineData("return_url=%2Fa&rd=%2Fb", "/a")]
    [InlineData("return_url=%2Fa%23x%0D%0Ay", "/a")]
    [InlineData("rd=https://gw.example.test/files/my%20page.txt", "/files/my%20page.txt")]
    [InlineData("return_url=/notes/%C3%BCbung", "/notes/%C3%BCbung")]
    [InlineData("return_url=/search?q=Z%C3%BCrich%23%C3%BC", "/search?q=Z%C3%BCrich#%C3%BC")]
    [InlineData("return_url=/a%252520b/%F0%9F%9A%80%3C%22%3E", "/a%2520b/%F0%9F%9A%80<\">")]
    [InlineData("rd=https://GW.Example.test/x", "/x")]
    [InlineData("rd=HTTPS://gw.example.test:443/x?y=1", "/x?y=1")]
    [InlineData("rd=https://gw.example.test?x", "/?x")]
    [InlineData("rd=https://gw.example.test%23x", "/#x")]
    [InlineData("rd=https://gw.example.test", "/")]
    [InlineData("rd=https://gw.example.test:8443/x", "/")]
    [InlineData("rd=http://gw.example.test/x", "/")]
    [InlineData("rd=https://gw.example.test@evil.example.test/x", "/")]
    [InlineData("rd=https://u:p@gw.example.test/x", "/")]
    [InlineData("rd=https://gw.example.test.evil.example.test/x", "/")]
    [InlineData("rd=https://gw.example.test%5C@evil.example.test/x", "/")]
    [InlineData("rd=https://gw.example.test//evil.example.test/x", "/")]
    [InlineData("rd=https://gw.example.test/%5Cevil.example.test/x", "/")]
    [InlineData("rd=https:/%5Cevil.example.test", "/")]
    [InlineData("rd=/%5Cevil.example.test", "/")]
    [InlineData("rd=/%09/evil.example.test", "/")]
    [InlineData("rd=/%0D%0ASet-Cookie:a=b", "/")]
    [InlineData("rd=/x%C2%85", "/")]
    [InlineData("rd=%20//evil.example.test", "/")]
    [InlineData("rd=/%20/../authservice/logout", "/")]
    public async Task Parameter_says_where_it_comes_back_to(string query, string target)
    {
        await using var rig = await GatewayRig.StartAsync();
        var browser = rig.NewBrowser();

        var start = await browser.GetAsync(rig.PublicUrl + "/authservice/login?" + query);
        var callback = await browser.GetAsync(start.Location!);
        var end = await browser.GetAsync(callback.Location!);

        Assert.Equal((302, target), (end.Status, end.Location));
    }

    [Theory]
    [InlineData("//evil.example.test/x", "https://gw.example.test//evil.example.test/x")]
    [InlineData("https://evil.example.test/", "/")]
    [InlineData("/\\evil.example.test", "/")]
    [InlineData("/authservice/logout", "/")]
    [InlineData("/a/../../x", "/")]
    public async Task Path_of_a_state_is_judged_again_at_the_callback(string planted, string target)
    {
        await using var rig = await GatewayRig.StartAsync();
        var browser = await rig.LogInAsync();
        var states = rig.SharedServices.GetRequiredService<LoginStateProtector>();
        var forged = states.SealLogin(new LoginState("0000000000000000", new byte[16], DateTimeOffset.UtcNow, planted, 0));

        var answer = await browser.GetAsync($"{rig.Callback}?code=x&state={forged}&iss={Uri.EscapeDataString(rig.Provider.Issuer)}");

        Assert.Equal((302, target), (answer.Status, answer.Location));
    }

    // Not as data of a theory: an attribute cannot carry half a character.
    [Fact]
    public void Half_a_character_is_refused()
    {
        var returnUrl = new ReturnUrl(new UrlOptions { Prefix = "/authservice/", RedirectUri = "/c", CallbackPath = "/c", AfterLogoutUrl = "/", HomepageUrl = "/", VerifyPath = "/v" });

        Assert.Equal(["/", "/", "/x", "/%F0%9F%9A%80"], new[] { "/\ud83d", "/\udc00x", "/x#\ud83d", "/\ud83d\ude80" }.Select(returnUrl.FromParameter));
    }

    [Fact]
    public void Two_slashes_name_no_host_where_the_public_address_is_unknown()
    {
        var urls = new UrlOptions { Prefix = "/authservice/", RedirectUri = "/authservice/oidc/callback", CallbackPath = "/authservice/oidc/callback", AfterLogoutUrl = "/", HomepageUrl = "/", VerifyPath = "/authservice/verify" };
        var target = new Uri(new Uri("https://gw.example.test/"), new ReturnUrl(urls).LocationOf("//evil.example.test/x"));

        Assert.Equal(("gw.example.test", "//evil.example.test/x"), (target.Host, target.AbsolutePath));
    }

    [Theory]
    [InlineData("/app?tab=2#x", null, "/authservice/login?return_url=%2Fapp%3Ftab%3D2")]
    [InlineData("/app?tab=2", "access_denied", "/authservice/login?return_url=%2Fapp%3Ftab%3D2")]
    public async Task Log_in_again_leads_to_the_page_first_asked_for(string page, string? error, string link)
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Provider.EditCallback = pairs => pairs[0] = error is null ? new("code", "unknown") : new("error", error);

        var (answer, _) = await rig.NewBrowser().VisitAsync(rig.PublicUrl + page);

        Assert.NotNull(answer.ErrorCode);
        Assert.Contains($"href=\"{link}\"", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusal_by_group_leads_back_to_the_refused_page()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["GROUPS_ALLOWLIST"] = "nobody" });

        var (answer, _) = await rig.NewBrowser().VisitAsync(rig.PublicUrl + "/lab?x=1");

        Assert.Equal(403, answer.Status);
        Assert.Contains("href=\"/authservice/login?return_url=%2Flab%3Fx%3D1&amp;prompt=login\"", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://gw.example.test", null, "https://gw.example.test/back/here")]
    [InlineData(null, null, "/back/here")]
    [InlineData("https://gw.example.test", "/dex/auth", "/back/here")]
    public void Relative_redirect_address_becomes_absolute_where_the_public_one_is_known(string? publicUrl, string? login, string sent)
    {
        var environment = new Dictionary<string, string> { ["OIDC_PROVIDER"] = "https://idp.example.test", ["CLIENT_ID"] = "a", ["CLIENT_SECRET"] = "secret-with-enough-bits-0123456789", ["REDIRECT_URL"] = "/back/here", ["SKIP_AUTH_URLS"] = "/dex" };
        if (publicUrl is not null)
        {
            environment["PUBLIC_URL"] = publicUrl;
        }

        if (login is not null)
        {
            environment["OIDC_AUTH_URL"] = login;
        }

        var urls = SettingsReader.Read(environment, []).Options!.Urls;

        Assert.Equal((sent, "/back/here"), (urls.RedirectUri, urls.CallbackPath));
    }

    [Fact]
    public async Task Relative_redirect_address_reaches_the_provider_absolute_and_the_login_comes_back()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["REDIRECT_URL"] = "/back/here" });

        var (page, url) = await rig.NewBrowser().VisitAsync(rig.PublicUrl + "/app?x=1");

        Assert.Equal((200, rig.PublicUrl + "/app?x=1"), (page.Status, url));
        Assert.Equal(rig.PublicUrl + "/back/here", rig.Provider.LastCall("authorize").Parameters["redirect_uri"]);
        Assert.Equal(rig.PublicUrl + "/back/here", rig.Provider.LastCall("token").Parameters["redirect_uri"]);
    }
}
