using AuthGateway.Configuration;
using AuthGateway.Configuration.Choices;
using AuthGateway.Sessions;

namespace AuthGateway.Tests.Login;

/// <summary>Attributes and names of our cookies beside other sites and other gateways.</summary>
public sealed class LoginCookieTests
{
    private static readonly Dictionary<string, string> Partitioned = new() { ["SESSION_COOKIE_PARTITIONED"] = "true" };

    [Fact]
    public async Task Partitioned_cookies_carry_a_login_inside_a_foreign_frame()
    {
        await using var rig = await GatewayRig.StartAsync(settings: Partitioned);
        var browser = rig.NewBrowser();
        browser.NavigationHeaders = [new("Accept", "text/html"), new("Sec-Fetch-Mode", "navigate"), new("Sec-Fetch-Dest", "iframe"), new("Sec-Fetch-Site", "cross-site")];

        var start = await browser.GetAsync(rig.PublicUrl + "/app");
        var end = await browser.GetAsync((await browser.GetAsync(start.Location!)).Location!);
        var page = await browser.GetAsync(rig.PublicUrl + "/app");

        Assert.Equal((302, 302, 200), (start.Status, end.Status, page.Status));
        Assert.All([.. start.SetCookies, .. end.SetCookies], line => Assert.All(["; Secure", "; SameSite=None", "; Partitioned"], flag => Assert.Contains(flag, line, StringComparison.Ordinal)));
        var gone = await browser.SendAsync("POST", rig.PublicUrl + "/authservice/logout", [new("Origin", rig.PublicUrl)]);
        Assert.Contains(gone.SetCookies, line => line.StartsWith("authservice_session=;", StringComparison.Ordinal) && line.Contains("; Partitioned", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Failed_login_inside_a_foreign_frame_can_be_read_there_and_a_page_with_a_form_is_never_framed()
    {
        await using var rig = await GatewayRig.StartAsync(settings: Partitioned);
        var browser = await rig.LogInAsync();
        rig.Provider.EditCallback = pairs => pairs[0] = new("error", "access_denied");

        var (failed, _) = await rig.NewBrowser().VisitAsync(rig.PublicUrl + "/app");
        var form = await browser.GetAsync(rig.PublicUrl + "/authservice/logout");

        Assert.Equal("access_denied", failed.ErrorCode);
        Assert.Contains("frame-ancestors *", failed.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Null(failed.Header("X-Frame-Options"));
        Assert.Contains("frame-ancestors 'none'", form.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal("DENY", form.Header("X-Frame-Options"));
    }

    [Fact]
    public async Task Without_the_setting_a_foreign_frame_gets_the_page_for_the_whole_window()
    {
        await using var rig = await GatewayRig.StartAsync();

        var answer = await rig.SendAsync("GET", "/app", "Accept: text/html", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe", "Sec-Fetch-Site: cross-site");

        Assert.Equal(401, answer.Status);
        Assert.Empty(answer.SetCookies);
    }

    [Theory]
    [InlineData("true", "Lax", true)]
    [InlineData("true", null, false)]
    public void Partitioned_makes_the_session_none_and_says_so(string partitioned, string? sameSite, bool isSaid)
    {
        var environment = new Dictionary<string, string> { ["OIDC_PROVIDER"] = "https://idp.example.test", ["CLIENT_ID"] = "a", ["CLIENT_SECRET"] = "secret-with-enough-bits-0123456789", ["PUBLIC_URL"] = "https://gw.example.test", ["SESSION_COOKIE_PARTITIONED"] = partitioned };
        if (sameSite is not null)
        {
            environment["SESSION_SAME_SITE"] = sameSite;
        }

        var settings = SettingsReader.Read(environment, []);

        Assert.Equal((SameSiteMode.None, CookieSecure.Always), (settings.Options!.Session.SameSite, settings.Options.Session.CookieSecure));
        Assert.Equal(isSaid, settings.Warnings.Any(line => line.StartsWith("SESSION_SAME_SITE:", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("authservice_session", "authservice_session_two", "/authservice/", "/two/")]
    [InlineData("authservice_session_one", "authservice_session_two", "/one/", "/two/")]
    [InlineData("authservice_session", "team2", "/authservice/", "/team2/auth/", "team2")]
    [InlineData("team1", "__Host-team2", "/team1/auth/", "/team2/auth/", "other,team2")]
    public async Task Session_of_a_second_gateway_on_the_host_reaches_no_application_of_the_first(string firstName, string secondName, string firstPrefix, string secondPrefix, string strip = "")
    {
        var settings = Named(firstName, firstPrefix);
        settings["STRIP_COOKIES"] = strip;
        await using var first = await GatewayRig.StartAsync(settings: settings);
        await using var second = await GatewayRig.StartAsync(settings: Named(secondName, secondPrefix));
        var (one, two) = (await SessionAsync(first, firstName), await SessionAsync(second, secondName));
        first.Upstream.Requests.Clear();

        var answer = await first.SendAsync("GET", "/app", "Accept: text/html", $"Cookie: app=1; {firstName}={one}; {secondName}={two}");

        Assert.Equal(200, answer.Status);
        Assert.Equal("app=1", Assert.Single(first.Upstream.Requests).Header("Cookie"));
    }

    [Fact]
    public async Task Cookie_of_STRIP_COOKIES_is_cut_for_envoy_too_and_no_application_may_set_it()
    {
        var strip = new Dictionary<string, string> { ["STRIP_COOKIES"] = "team2", ["EXT_AUTHZ_UPSTREAM_HEADERS"] = "kubeflow-userid,cookie", ["EXT_AUTHZ_PORT"] = "0" };
        await using var checks = await GatewayRig.StartAsync(GatewayMode.ExtAuthz, new Dictionary<string, string>(strip.Where(pair => pair.Key != "EXT_AUTHZ_PORT")));
        await using var inline = await GatewayRig.StartAsync(settings: strip);
        inline.Upstream.Answers["/public"] = "HTTP/1.1 200 OK\r\nSet-Cookie: team2=forged\r\nSet-Cookie: team22=own\r\nContent-Length: 0\r\n\r\n";

        var check = await checks.SendAsync("GET", "/public", "Cookie: a=1; team2=live; team22=b");
        var answer = await inline.SendAsync("GET", "/public");

        Assert.Equal("a=1; team22=b", check.Header("Cookie"));
        Assert.StartsWith("team22=own", Assert.Single(answer.SetCookies), StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Named(string cookie, string prefix) => new() { ["SESSION_COOKIE_NAME"] = cookie, ["AUTHSERVICE_URL_PREFIX"] = prefix, ["PUBLIC_URL"] = "https://gw.example.test" };

    private static async Task<string> SessionAsync(GatewayRig rig, string name)
    {
        var browser = rig.NewBrowser();
        await browser.VisitAsync(rig.PublicUrl + "/app");
        return browser.CookiesOf(GatewayRig.PublicHost)[name];
    }
}
