namespace AuthGateway.Tests.Sessions;

public class SessionLifeTests
{
    [Fact]
    public async Task Session_survives_a_restart()
    {
        await using var rig = await GatewayRig.StartAsync();
        var session = rig.SessionOf(await rig.LogInAsync());

        await rig.RestartAsync();

        Assert.Equal(200, await StatusAsync(rig, session));
    }

    [Fact]
    public async Task Session_ends_at_its_absolute_age_however_busy()
    {
        var clock = new ShiftedClock();
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["SESSION_MAX_AGE"] = "1800" }, clock: clock);
        var session = rig.SessionOf(await rig.LogInAsync());
        for (var minutes = 0; minutes < 25; minutes += 5)
        {
            clock.Advance(TimeSpan.FromMinutes(5));
            Assert.Equal(200, await StatusAsync(rig, session));
        }

        clock.Advance(TimeSpan.FromMinutes(6));

        Assert.Equal(401, await StatusAsync(rig, session));
    }

    [Fact]
    public async Task Idle_session_ends_and_a_busy_one_does_not()
    {
        var clock = new ShiftedClock();
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["SESSION_IDLE_TIMEOUT"] = "10m" }, clock: clock);
        var session = rig.SessionOf(await rig.LogInAsync());
        for (var i = 0; i < 3; i++)
        {
            clock.Advance(TimeSpan.FromMinutes(8));
            Assert.Equal(200, await StatusAsync(rig, session));
        }

        clock.Advance(TimeSpan.FromMinutes(11));

        Assert.Equal(401, await StatusAsync(rig, session));
    }

    [Fact]
    public async Task Another_secret_opens_no_stored_session()
    {
        await using var rig = await GatewayRig.StartAsync();
        var session = rig.SessionOf(await rig.LogInAsync());

        await rig.RestartAsync(environment => environment["SESSION_SECRET"] = new string('k', 48));

        Assert.Equal(401, await StatusAsync(rig, session));
    }

    [Fact]
    public async Task Cookie_has_its_attributes()
    {
        await using var rig = await GatewayRig.StartAsync();
        var browser = rig.NewBrowser();
        var start = await browser.GetAsync(rig.PublicUrl + "/");
        var callback = await browser.GetAsync((await browser.GetAsync(start.Location!)).Location!);

        var cookie = Cookie.Parse(callback.SetCookies.Single(line => line.StartsWith("authservice_session=", StringComparison.Ordinal)));

        Assert.True(cookie.IsSecure && cookie.Attributes.ContainsKey("httponly"));
        Assert.Equal("lax", cookie.Attributes["samesite"], ignoreCase: true);
        Assert.Equal("/", cookie.Path);
        Assert.False(cookie.Attributes.ContainsKey("domain"));
        Assert.True(cookie.Value.Length >= 43, "256 bits");
    }

    private static async Task<int> StatusAsync(GatewayRig rig, string session) =>
        (await rig.SendAsync("GET", "/app", "Accept: application/json", "Cookie: authservice_session=" + session)).Status;
}
