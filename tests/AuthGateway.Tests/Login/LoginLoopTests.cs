namespace AuthGateway.Tests.Login;

/// <summary>What counts as a loop of logins, and what an open tab that polls costs the login that a person is typing.</summary>
public sealed class LoginLoopTests
{
    [Theory]
    [InlineData(GatewayMode.InLine)]
    [InlineData(GatewayMode.ExtAuthz)]
    public async Task Logging_in_and_out_is_no_loop(GatewayMode door)
    {
        await using var rig = await GatewayRig.StartAsync(door);
        var browser = rig.NewBrowser();
        for (var i = 0; i < 5; i++)
        {
            var (page, url) = await browser.VisitAsync(rig.PublicUrl + "/app");
            Assert.True(page.Status == 200, $"{i}: {url} {page}");
            var out_ = await browser.SendAsync("POST", rig.PublicUrl + "/authservice/logout", [new("Origin", rig.PublicUrl), new("Accept", "text/html")]);
            Assert.Equal(303, out_.Status);
        }
    }

    [Fact]
    public async Task Logging_out_elsewhere_is_no_loop_where_the_session_was_used()
    {
        await using var rig = await GatewayRig.StartAsync();
        var browser = rig.NewBrowser();
        for (var i = 0; i < 5; i++)
        {
            var (page, url) = await browser.VisitAsync(rig.PublicUrl + "/app");
            Assert.True(page.Status == 200, $"{i}: {url} {page}");

            // As Kubeflow's dashboard does it: by header; this answer never reaches the browser's jar.
            Assert.Equal(201, (await rig.SendAsync("POST", "/authservice/logout", "Authorization: Bearer " + rig.SessionOf(browser), "Content-Length: 0")).Status);
        }
    }

    [Theory]
    [InlineData("nobody", "/app")]
    [InlineData("nobody", "/authservice/login?return_url=%2Fapp&prompt=login")]
    public async Task Refusal_by_a_rule_is_no_loop(string groups, string path)
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["GROUPS_ALLOWLIST"] = groups });
        var browser = rig.NewBrowser();
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(403, (await browser.VisitAsync(rig.PublicUrl + path)).Answer.Status);
        }
    }

    [Fact]
    public async Task Application_that_leads_back_to_the_login_is_a_loop()
    {
        await using var rig = await GatewayRig.StartAsync();
        var browser = rig.NewBrowser();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(200, (await browser.VisitAsync(rig.PublicUrl + "/authservice/login?return_url=%2Fapp")).Answer.Status);
        }

        var fourth = await browser.GetAsync(rig.PublicUrl + "/authservice/login?return_url=%2Fapp");

        Assert.Equal((400, "login_loop"), (fourth.Status, fourth.ErrorCode));
        Assert.Contains("return_url=%2Fapp", fourth.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(30)]
    public async Task Polls_of_an_open_tab_do_not_push_out_the_login_that_a_person_types(int polls)
    {
        await using var rig = await GatewayRig.StartAsync(GatewayMode.ExtAuthz);
        var browser = rig.NewBrowser();
        var start = await browser.GetAsync(rig.PublicUrl + "/");
        browser.NavigationHeaders = []; // Kubeflow's stock filter passes neither Accept nor Sec-Fetch-*.
        for (var i = 0; i < polls; i++)
        {
            Assert.Equal(302, (await browser.GetAsync($"{rig.PublicUrl}/jupyter/api/namespaces?t={i}")).Status);
        }

        var callback = await browser.GetAsync(start.Location!);
        var end = await browser.GetAsync(callback.Location!);

        Assert.Equal((302, "/"), (end.Status, end.Location));
        Assert.InRange(browser.CookiesOf(GatewayRig.PublicHost).Keys.Count(name => name.Contains("authservice_login_", StringComparison.Ordinal)), 0, 1);
    }

    [Fact]
    public async Task Two_tabs_on_one_path_each_end_on_their_own_page_at_the_same_moment()
    {
        await using var rig = await GatewayRig.StartAsync();
        var browser = rig.NewBrowser();
        string[] pages = ["/app?x=1", "/app?x=2"];
        var callbacks = new List<string>();
        foreach (var page in pages)
        {
            callbacks.Add((await browser.GetAsync((await browser.GetAsync(rig.PublicUrl + page)).Location!)).Location!);
        }

        var cookie = "Cookie: " + string.Join("; ", browser.CookiesOf(GatewayRig.PublicHost).Select(pair => $"{pair.Key}={pair.Value}"));
        var ends = await Task.WhenAll(callbacks.Select(callback => rig.SendAsync("GET", new Uri(callback).PathAndQuery, "Accept: text/html", cookie)));

        Assert.Equal(pages, ends.Select(end => end.Location));
    }
}
