using System.Text;

namespace AuthGateway.Tests.Sessions;

public class SecrecyTests
{
    [Fact]
    public async Task Store_shows_neither_token_nor_claim_nor_cookie()
    {
        await using var rig = await GatewayRig.StartAsync();
        var session = rig.SessionOf(await rig.LogInAsync());

        var bytes = rig.StoredBytes();

        Assert.Contains("SQLite format 3", bytes, StringComparison.Ordinal);
        Assert.NotEmpty(rig.Provider.Secrets);
        Assert.All([session, FakeProvider.ClientSecret, "Name of sub-alice", "admins", .. rig.Provider.Secrets], secret => Assert.DoesNotContain(secret, bytes, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Log_shows_no_secret_of_a_login_a_failure_and_a_logout()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["LOG_LEVEL"] = "DEBUG", ["ACCESS_LOG"] = "all" });
        var browser = await rig.LogInAsync();
        var session = rig.SessionOf(browser);
        await browser.SendAsync("POST", rig.PublicUrl + "/authservice/logout", [new("Authorization", "Bearer " + session)]);
        rig.Provider.EditIdToken = (_, claims) => claims["nonce"] = "another";
        await browser.VisitAsync(rig.PublicUrl + "/again?token=in-a-query");

        var log = rig.Log.Text;

        Assert.NotEmpty(log);
        Assert.All([session, FakeProvider.ClientSecret, Convert.ToBase64String(Encoding.UTF8.GetBytes($"{FakeProvider.ClientId}:{FakeProvider.ClientSecret}")), .. rig.Provider.Secrets], secret => Assert.DoesNotContain(secret, log, StringComparison.Ordinal));
        Assert.DoesNotContain("state=", log, StringComparison.Ordinal);
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task Store_files_are_for_their_owner_alone()
    {
        await using var rig = await GatewayRig.StartAsync();
        await rig.LogInAsync();

        Assert.All(Directory.GetFiles(Path.GetDirectoryName(rig.StorePath)!), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }
}
