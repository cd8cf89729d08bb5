namespace AuthGateway.Tests.Background;

/// <summary>A <c>ROUTES_FILE</c> that is replaced by a broken one while the gateway runs.</summary>
public class RoutesReloadTests
{
    [Fact]
    public async Task Broken_file_is_logged_and_the_routes_read_last_stay_until_it_is_mended()
    {
        using var folder = new TempFolder();
        var file = folder.File("routes.json");
        await using var rig = await GatewayRig.StartAsync();
        await RoutesFile.UseAsync(rig, file, rig.Upstream.Address);
        var good = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        var browser = await rig.LogInAsync();

        await File.WriteAllTextAsync(file, "{ broken", TestContext.Current.CancellationToken);

        await Deadline.UntilAsync(() => rig.Log.Text.Contains("Background work failed: reload of ROUTES_FILE (", StringComparison.Ordinal), "it is logged");
        Assert.Equal(200, (await browser.GetAsync(rig.PublicUrl + "/app")).Status);
        await File.WriteAllTextAsync(file, good.Replace("{**all}", "/other/{**all}", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        await Deadline.UntilAsync(async () => (await browser.GetAsync(rig.PublicUrl + "/app")).Status == 404, "the mended file is read");
    }
}
