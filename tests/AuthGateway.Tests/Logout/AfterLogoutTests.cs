using Microsoft.AspNetCore.WebUtilities;

namespace AuthGateway.Tests.Logout;

/// <summary>The way back from a logout, and what the page there says.</summary>
public sealed class AfterLogoutTests
{
    [Theory]
    [InlineData("", GatewayMode.InLine)]
    [InlineData("", GatewayMode.ExtAuthz)]
    [InlineData("?state=of-somebody-else", GatewayMode.InLine)]
    [InlineData("?state=of-somebody-else&iss=x", GatewayMode.InLine)]
    [InlineData("?session_state=x", GatewayMode.InLine)]
    public async Task Return_without_our_state_is_no_failed_login(string query, GatewayMode door)
    {
        await using var rig = await GatewayRig.StartAsync(door, new Dictionary<string, string> { ["AFTER_LOGOUT_URL"] = "/public/bye" });

        var answer = await rig.NewBrowser().GetAsync(rig.Callback + query);

        Assert.Equal((302, "/public/bye"), (answer.Status, answer.Location));
        Assert.DoesNotContain("A login failed", rig.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("authgateway_logins", (await rig.ProbeAsync("/metrics")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("live, in another browser")]
    [InlineData("of a login that is done")]
    [InlineData("too old")]
    public async Task State_of_a_login_that_is_not_under_way_in_this_browser_is_no_failed_login_either(string state)
    {
        var clock = new ShiftedClock();
        await using var rig = await GatewayRig.StartAsync(clock: clock, settings: new Dictionary<string, string> { ["AFTER_LOGOUT_URL"] = "/public/bye" });
        var browser = rig.NewBrowser();
        var start = (await browser.GetAsync(rig.PublicUrl + "/app")).Location!;
        var sent = QueryHelpers.ParseQuery(new Uri(start).Query)["state"].ToString();
        if (state == "of a login that is done")
        {
            await browser.VisitAsync(start);
        }
        else if (state == "too old")
        {
            clock.Advance(TimeSpan.FromMinutes(11));
        }

        var answer = await (state == "live, in another browser" ? rig.NewBrowser() : browser).GetAsync($"{rig.Callback}?state={Uri.EscapeDataString(sent)}");

        Assert.Equal((302, "/public/bye"), (answer.Status, answer.Location));
        Assert.DoesNotContain("A login failed", rig.Log.Text, StringComparison.Ordinal);
    }

    /// <summary>The provider's own answer to a login under way: the page after a logout would begin the next login, and so on in circles.</summary>
    [Fact]
    public async Task State_of_the_login_under_way_without_code_and_error_is_its_failure()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Provider.EditCallback = pairs => pairs.RemoveAll(pair => pair.Key == "code");

        var (page, _) = await rig.NewBrowser().VisitAsync(rig.PublicUrl + "/app");

        Assert.Equal((400, "missing_code"), (page.Status, page.ErrorCode));
        Assert.Contains("return_url=%2Fapp", page.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?code=x", "missing_state")]
    [InlineData("?error=access_denied", "missing_state")]
    [InlineData("?code=x&state=of-somebody-else", "foreign_state")]
    public async Task Code_or_error_without_our_state_stays_a_failed_login(string query, string code)
    {
        await using var rig = await GatewayRig.StartAsync();

        var answer = await rig.NewBrowser().GetAsync(rig.Callback + query);

        Assert.Equal((400, code), (answer.Status, answer.ErrorCode));
    }

    [Fact]
    public async Task Page_after_a_logout_says_what_is_true_of_this_browser()
    {
        await using var rig = await GatewayRig.StartAsync();
        var browser = await rig.LogInAsync();
        var url = rig.PublicUrl + "/authservice/site/after_logout";

        var live = await browser.GetAsync(url);
        await browser.SendAsync("POST", rig.PublicUrl + "/authservice/logout", [new("Origin", rig.PublicUrl)]);
        var gone = await browser.GetAsync(url);

        Assert.Contains("You are still logged in", live.Text, StringComparison.Ordinal);
        Assert.Contains("href=\"/authservice/logout\"", live.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("successfully", live.Text, StringComparison.Ordinal);
        Assert.Contains("You have successfully logged out", gone.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(GatewayMode.InLine, 200)]
    [InlineData(GatewayMode.ExtAuthz, 203)]
    public async Task Login_without_a_page_ends_without_its_code_in_the_address_and_with_a_link(GatewayMode door, int status)
    {
        await using var rig = await GatewayRig.StartAsync(door);
        var browser = rig.NewBrowser();

        var (page, url) = await browser.VisitAsync(rig.PublicUrl + "/authservice/login");
        var stranger = await rig.NewBrowser().GetAsync(url);

        Assert.Equal((status, rig.PublicUrl + "/authservice/logged-in"), (page.Status, url));
        Assert.Contains("You are logged in", page.Text, StringComparison.Ordinal);
        Assert.Contains("href=\"/\"", page.Text, StringComparison.Ordinal);
        Assert.Contains("You are not logged in", stranger.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?client_id=own-id")]
    [InlineData("?client_id=own-id&post_logout_redirect_uri=https%3A%2F%2Felsewhere.example.test%2F")]
    [InlineData("?x=1")]
    public async Task Parameters_of_the_endpoints_own_address_are_sent_once(string query)
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var rig = await GatewayRig.StartAsync(provider: provider, settings: new Dictionary<string, string>
        {
            ["OIDC_END_SESSION_URL"] = provider.Issuer + "/end-session" + query,
            ["OIDC_AUTH_URL"] = provider.Issuer + "/authorize?client_id=own-id&audience=a",
        });
        var browser = rig.NewBrowser();
        var start = await browser.GetAsync(rig.PublicUrl + "/app");
        await browser.VisitAsync(start.Location!);

        var logout = await browser.SendAsync("POST", rig.PublicUrl + "/authservice/logout", [new("Origin", rig.PublicUrl)]);

        var sent = QueryHelpers.ParseQuery(new Uri(logout.Location!).Query);
        Assert.All(sent, pair => Assert.Single(pair.Value));
        Assert.All(QueryHelpers.ParseQuery(query), pair => Assert.Equal(pair.Value, sent[pair.Key]));
        Assert.True(sent.ContainsKey("client_id"));
        var login = QueryHelpers.ParseQuery(new Uri(start.Location!).Query);
        Assert.All(login, pair => Assert.Single(pair.Value));
        Assert.Equal((FakeProvider.ClientId, "a"), (login["client_id"].ToString(), login["audience"].ToString()));
    }

    [Fact]
    public async Task Form_without_proof_is_a_page_for_a_person()
    {
        await using var rig = await GatewayRig.StartAsync();
        var browser = await rig.LogInAsync();

        var answer = await browser.SendAsync("POST", rig.PublicUrl + "/authservice/logout", [new("Origin", "https://evil.example.test"), new("Accept", "text/html")]);

        Assert.Equal((401, "logout_unproven"), (answer.Status, answer.ErrorCode));
        Assert.Contains("href=\"/authservice/logout\"", answer.Text, StringComparison.Ordinal);
    }
}
