namespace AuthGateway.Tests.Browsers;

/// <summary>J2: an application's own login ends with ours, in-line and where a check's answer reaches the browser; a login of ours under way never does.</summary>
public class ApplicationCookieTests
{
    [Theory]
    [InlineData(GatewayMode.InLine)]
    [InlineData(GatewayMode.ExtAuthz)]
    public async Task Logout_expires_them(GatewayMode door)
    {
        await using var rig = await StartAsync(door, "sessionid");
        var cookie = $"Cookie: authservice_session={rig.SessionOf(await rig.LogInAsync())}; sessionid=ann; theme=dark";

        var logout = await rig.SendAsync("POST", "/authservice/logout", cookie, "Sec-Fetch-Site: same-origin", "Content-Length: 0");

        Assert.Equal(303, logout.Status);
        Assert.True(Expires(logout, "sessionid"), $"{logout}");
        Assert.False(Expires(logout, "theme"));
    }

    [Theory]
    [InlineData(GatewayMode.InLine)]
    [InlineData(GatewayMode.ExtAuthz)]
    public async Task Visit_after_a_back_channel_logout_expires_them(GatewayMode door)
    {
        await using var rig = await StartAsync(door, "sessionid");
        var session = await rig.LogInAsync(ProviderUser.Alice, "sid-1");
        Assert.InRange((await rig.SendTokenAsync(LogoutTokens.Make(rig.Provider, "sid-1", "sub-alice"))).Status, 200, 204);

        var visit = await rig.SendAsync("GET", "/tool/page", [.. NavigationHeaders.Visit, $"Cookie: authservice_session={session}; sessionid=ann"]);

        Assert.Equal(302, visit.Status);
        Assert.True(Expires(visit, "sessionid"), $"{visit}");
        Assert.Equal("\"cache\"", visit.Header("Clear-Site-Data"));
    }

    /// <summary>Bob logs in where Ann's session was, alive or dead; Bob again keeps his.</summary>
    [Theory]
    [InlineData(GatewayMode.InLine, true)]
    [InlineData(GatewayMode.InLine, false)]
    [InlineData(GatewayMode.ExtAuthz, true)]
    [InlineData(GatewayMode.ExtAuthz, false)]
    public async Task Next_person_does_not_take_them_over(GatewayMode door, bool isFormerAlive)
    {
        await using var rig = await StartAsync(door, "sessionid");
        rig.Provider.User = ProviderUser.Alice;
        var browser = await rig.LogInAsync();
        if (!isFormerAlive)
        {
            await rig.SendAsync("POST", "/authservice/logout", $"Authorization: Bearer {rig.SessionOf(browser)}", "Content-Length: 0");
        }

        browser.SetCookie(rig.PublicHostName, "sessionid", "ann");
        rig.Provider.User = ProviderUser.Bob;
        await browser.VisitAsync(rig.PublicUrl + "/authservice/login?prompt=login");
        Assert.DoesNotContain("sessionid", browser.CookiesOf(rig.PublicHostName).Keys);
        browser.SetCookie(rig.PublicHostName, "sessionid", "bob");
        await browser.VisitAsync(rig.PublicUrl + "/authservice/login?prompt=login");

        Assert.Contains("sessionid", browser.CookiesOf(rig.PublicHostName).Keys);
    }

    [Theory]
    [InlineData(GatewayMode.InLine)]
    [InlineData(GatewayMode.ExtAuthz)]
    public async Task Login_under_way_is_never_among_them(GatewayMode door)
    {
        await using var rig = await StartAsync(door, "authservice_*, __Host-*, __host-*");
        var browser = await rig.LogInAsync();
        var start = await browser.GetAsync(rig.PublicUrl + "/authservice/login?prompt=login");
        Assert.Contains(browser.CookiesOf(rig.PublicHostName).Keys, name => name.StartsWith("__Host-authservice_login_", StringComparison.Ordinal));

        var logout = await browser.SendAsync("POST", rig.PublicUrl + "/authservice/logout", [new("Origin", rig.PublicUrl)]);
        var end = await browser.GetAsync((await browser.GetAsync(start.Location!)).Location!);

        Assert.Equal(303, logout.Status);
        Assert.DoesNotContain(logout.SetCookies, set => set.Contains("authservice_login_", StringComparison.Ordinal));
        Assert.True(end.Status == 302, $"{end}");
        Assert.Contains("authservice_session", browser.CookiesOf(rig.PublicHostName).Keys);
    }

    private static Task<GatewayRig> StartAsync(GatewayMode door, string names) => GatewayRig.StartAsync(door, new Dictionary<string, string> { ["LOGOUT_COOKIES"] = names });

    private static bool Expires(RawResponse answer, string name) =>
        answer.SetCookies.Any(set => set.StartsWith(name + "=; Path=/;", StringComparison.Ordinal) && set.Contains("Max-Age=0", StringComparison.Ordinal));
}
