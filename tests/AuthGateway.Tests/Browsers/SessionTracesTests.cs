using AuthGateway.Configuration;

namespace AuthGateway.Tests.Browsers;

/// <summary>What a browser is told to forget at a session's end: kept pages (<c>CLEAR_CACHE_AT_LOGOUT</c>) and logins of applications (<c>LOGOUT_COOKIES</c>).</summary>
public class SessionTracesTests
{
    private const string Clear = "\"cache\"";
    private static readonly string[] Call = ["Accept: application/json", "Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: empty"];

    [Theory]
    [InlineData("true", Clear)]
    [InlineData("false", null)]
    public async Task Answers_that_end_a_session_and_those_after_it_empty_the_cache(string setting, string? expected)
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["CLEAR_CACHE_AT_LOGOUT"] = setting });
        var cookie = "Cookie: authservice_session=" + rig.SessionOf(await rig.LogInAsync());
        var byHeader = "Authorization: Bearer " + rig.SessionOf(await rig.LogInAsync());
        Assert.Null((await rig.SendAsync("GET", "/app", [.. Call, cookie])).Header("Clear-Site-Data"));

        var form = await rig.SendAsync("POST", "/authservice/logout", cookie, "Sec-Fetch-Site: same-origin", "Content-Length: 0");
        var script = await rig.SendAsync("POST", "/authservice/logout", byHeader, "Content-Length: 0");
        var page = await rig.SendAsync("GET", "/authservice/site/after_logout", NavigationHeaders.Visit);
        var visit = await rig.SendAsync("GET", "/app", [.. NavigationHeaders.Visit, cookie]);
        var frame = await rig.SendAsync("GET", "/app", "Accept: text/html", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe", cookie);
        var call = await rig.SendAsync("GET", "/app", [.. Call, cookie]);
        var stranger = await rig.SendAsync("GET", "/app", NavigationHeaders.Visit);

        Assert.Equal((303, 201, 200, 302, 401, 401), (form.Status, script.Status, page.Status, visit.Status, frame.Status, call.Status));
        Assert.All([form, script, page, visit, frame, call], answer => Assert.Equal(expected, answer.Header("Clear-Site-Data")));
        Assert.Null(stranger.Header("Clear-Site-Data"));
    }

    [Fact]
    public async Task Refusal_after_a_back_channel_logout_empties_the_cache_and_polls_do_so_once_a_minute()
    {
        var clock = new ShiftedClock();
        await using var rig = await GatewayRig.StartAsync(clock: clock);
        var cookie = "Cookie: authservice_session=" + rig.SessionOf(await rig.LogInAsync());
        await rig.SendAsync("POST", "/authservice/logout", cookie, "Sec-Fetch-Site: same-origin", "Content-Length: 0");

        Assert.Equal(Clear, (await rig.SendAsync("GET", "/poll", [.. Call, cookie])).Header("Clear-Site-Data"));
        Assert.Null((await rig.SendAsync("GET", "/poll", [.. Call, cookie])).Header("Clear-Site-Data"));
        clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(Clear, (await rig.SendAsync("GET", "/poll", [.. Call, cookie])).Header("Clear-Site-Data"));
    }

    [Fact]
    public async Task Return_from_the_providers_logout_empties_the_cache()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["LOGOUT_MODE"] = "provider", ["AFTER_LOGOUT_URL"] = "https://www.example.test/bye" });
        var cookie = "Cookie: authservice_session=" + rig.SessionOf(await rig.LogInAsync());
        var form = await rig.SendAsync("POST", "/authservice/logout", cookie, "Sec-Fetch-Site: same-origin", "Content-Length: 0");
        var query = System.Web.HttpUtility.ParseQueryString(new Uri(form.Location!).Query);

        var back = await rig.SendAsync("GET", new Uri(query["post_logout_redirect_uri"]!).AbsolutePath + "?state=" + Uri.EscapeDataString(query["state"]!), NavigationHeaders.Visit);

        Assert.Equal((302, "https://www.example.test/bye", Clear), (back.Status, back.Location, back.Header("Clear-Site-Data")));
    }

    [Fact]
    public async Task Applications_cookies_expire_at_logout_at_the_sessions_end_and_when_the_person_changes()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["LOGOUT_COOKIES"] = "sessionid, grafana_*, authservice_*" });
        var browser = await rig.LogInAsync();
        var cookie = $"Cookie: authservice_session={rig.SessionOf(browser)}; sessionid=ann; grafana_session=1; theme=dark; grafana_x=2";

        // The person changes: Bob logs in where Ann's session is live.
        rig.Provider.User = ProviderUser.Bob;
        browser.SetCookie(rig.PublicHostName, "sessionid", "ann");
        await browser.VisitAsync(rig.PublicUrl + "/authservice/login?prompt=login");
        Assert.DoesNotContain("sessionid", browser.CookiesOf(rig.PublicHostName).Keys);
        // The same person again keeps them.
        browser.SetCookie(rig.PublicHostName, "sessionid", "bob");
        await browser.VisitAsync(rig.PublicUrl + "/authservice/login?prompt=login");
        Assert.Contains("sessionid", browser.CookiesOf(rig.PublicHostName).Keys);

        // Ann's session is over: a visit below a path.
        var visit = await rig.SendAsync("GET", "/tool/page", [.. NavigationHeaders.Visit, cookie]);
        Assert.Equal(302, visit.Status);
        Assert.All(["sessionid=; Path=/;", "grafana_session=; Path=/;", "grafana_x=; Path=/;", "sessionid=; Path=/tool;", "sessionid=; Path=/tool/;"], line => Assert.Contains(visit.SetCookies, set => set.StartsWith(line, StringComparison.Ordinal)));
        Assert.DoesNotContain(visit.SetCookies, set => set.StartsWith("theme=", StringComparison.Ordinal));
        Assert.True(visit.SetCookies.Count < 30);
        Assert.Empty((await rig.SendAsync("GET", "/tool/poll", [.. Call, cookie])).SetCookies);

        // The logout of a live one; our own names are never among them.
        var live = $"Cookie: authservice_session={rig.SessionOf(browser)}; sessionid=bob";
        var logout = await rig.SendAsync("POST", "/authservice/logout", live, "Sec-Fetch-Site: same-origin", "Content-Length: 0");
        Assert.Contains(logout.SetCookies, set => set.StartsWith("sessionid=; Path=/; Expires=Thu, 01 Jan 1970", StringComparison.Ordinal) && set.Contains("Max-Age=0", StringComparison.Ordinal));
        Assert.Single(logout.SetCookies, set => set.StartsWith("authservice_session=", StringComparison.Ordinal));
    }

    /// <summary>A visitor chooses the names behind a *: what could not be written back is left out, and nothing becomes a 500.</summary>
    [Theory]
    [InlineData("grafana_\u0001")]
    [InlineData("grafana_\u007f")]
    [InlineData("grafana_\u00e9")]
    [InlineData("grafana_(x)")]
    public async Task Cookie_whose_name_is_no_token_is_left_out(string name)
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["LOGOUT_COOKIES"] = "grafana_*" });

        var visit = await rig.SendAsync("GET", "/tool;Domain=example.test/page", [.. NavigationHeaders.Visit, $"Cookie: {name}=1; grafana_ok=1; authservice_session=x"]);

        Assert.InRange(visit.Status, 302, 400);
        Assert.DoesNotContain(visit.SetCookies, set => set.StartsWith(name, StringComparison.Ordinal) || set.Contains("Domain=example.test", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("*", "LOGOUT_COOKIES: '*' would expire every cookie")]
    [InlineData("a*b", "LOGOUT_COOKIES: 'a*b' is no cookie name")]
    [InlineData("a=b", "LOGOUT_COOKIES: 'a=b' is no cookie name")]
    public void Name_that_cannot_be_meant_is_refused(string value, string problem) => Assert.Contains(
        SettingsReader.Read(new Dictionary<string, string> { ["LOGOUT_COOKIES"] = value }, []).Errors, error => error.StartsWith(problem, StringComparison.Ordinal));

    [Fact]
    public void Own_cookie_among_the_names_is_said() => Assert.Contains(
        SettingsReader.Read(new Dictionary<string, string> { ["LOGOUT_COOKIES"] = "authservice_session" }, []).Warnings, warning => warning.StartsWith("LOGOUT_COOKIES: ", StringComparison.Ordinal));

    [Fact]
    public async Task Logout_page_says_that_an_application_may_keep_its_own_login()
    {
        await using var rig = await GatewayRig.StartAsync();
        var browser = await rig.LogInAsync();

        Assert.Contains("An application may keep a login of its own.", (await browser.GetAsync(rig.PublicUrl + "/authservice/logout")).Text, StringComparison.Ordinal);
    }
}
