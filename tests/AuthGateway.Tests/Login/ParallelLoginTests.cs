namespace AuthGateway.Tests.Login;

public class ParallelLoginTests
{
    [Theory]
    [InlineData(GatewayMode.InLine)]
    [InlineData(GatewayMode.ExtAuthz)]
    public async Task Hundred_tabs_of_one_jar_each_end_on_their_own_page(GatewayMode door)
    {
        await using var rig = await GatewayRig.StartAsync(door);
        var browser = rig.NewBrowser();
        var pages = Enumerable.Range(0, 100).Select(i => $"{rig.PublicUrl}/tab/{i}?x={i}").ToList();

        var starts = await Task.WhenAll(pages.Select(browser.GetAsync));
        Assert.All(starts, start => Assert.Equal(302, start.Status));
        var callbacks = await Task.WhenAll(starts.Select(start => browser.GetAsync(start.Location!)));
        var ends = new List<string>();
        foreach (var callback in callbacks)
        {
            var (answer, url) = await browser.VisitAsync(callback.Location!);
            Assert.True(answer.Status == 200, $"{url}: {answer}\n{rig.Log.Text[..Math.Min(4000, rig.Log.Text.Length)]}");
            ends.Add(url);
        }

        Assert.Equal(pages, ends);
        Assert.Equal(1, rig.StoredRows());
        Assert.InRange(browser.CookiesOf(GatewayRig.PublicHost).Keys.Count(name => name.StartsWith("__Host-authservice_login_", StringComparison.Ordinal)), 0, 8);
        Assert.Equal(200, (await browser.GetAsync(rig.PublicUrl + "/after")).Status);
    }

    [Theory]
    [InlineData(GatewayMode.InLine)]
    [InlineData(GatewayMode.ExtAuthz)]
    public async Task Fourth_login_within_a_minute_says_so(GatewayMode door)
    {
        await using var rig = await GatewayRig.StartAsync(door);
        var browser = rig.NewBrowser();
        for (var i = 0; i < 3; i++)
        {
            await browser.VisitAsync(rig.PublicUrl + "/");
            browser.ForgetCookie(GatewayRig.PublicHost, "authservice_session");
        }

        var fourth = await browser.GetAsync(rig.PublicUrl + "/");

        Assert.Equal(400, fourth.Status);
        Assert.Equal("login_loop", fourth.ErrorCode);
    }

    [Fact]
    public async Task New_login_ends_the_old_session_of_that_browser()
    {
        await using var rig = await GatewayRig.StartAsync();
        var browser = await rig.LogInAsync();
        var old = rig.SessionOf(browser);

        await browser.VisitAsync(rig.PublicUrl + "/authservice/login?return_url=%2Fx");

        Assert.NotEqual(old, rig.SessionOf(browser));
        Assert.Equal(1, rig.StoredRows());
        Assert.Equal(401, (await rig.SendAsync("GET", "/x", "Accept: application/json", "Cookie: authservice_session=" + old)).Status);
    }
}
