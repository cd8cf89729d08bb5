using System.Security.Cryptography;
using System.Text.Json.Nodes;
using AuthGateway.Configuration;
using AuthGateway.Oidc.Tokens;
using AuthGateway.Tests.Authentication;

namespace AuthGateway.Tests.Refresh;

/// <summary>
/// A provider shaped as Rancher's: issuer below <c>/oidc</c>, S256 demanded, access tokens of 600 s, refresh tokens of 3600 s whose end it does not
/// tell, single-use codes, no end-session and no revocation endpoint, several keys.
/// </summary>
public class RancherShapedTests
{
    [Fact]
    public async Task Login_works_with_S256_and_a_code_that_is_used_once()
    {
        await using var rig = await StartAsync();

        Assert.EndsWith("/oidc", rig.Provider.Issuer, StringComparison.Ordinal);
        Assert.Equal("S256", rig.Provider.LastCall("authorize").Parameters["code_challenge_method"]);
        Assert.Equal(1, rig.Provider.Count("token"));
        Assert.Equal(200, await rig.StatusAsync());
    }

    [Fact]
    public async Task Session_in_use_is_refreshed_before_each_end_of_600_s()
    {
        await using var rig = await StartAsync();
        for (var i = 1; i <= 8; i++)
        {
            await rig.UseAfterAsync(TimeSpan.FromSeconds(500));
            Assert.Equal(i - 1, rig.Provider.Refreshes);
            await rig.UseAfterAsync(TimeSpan.FromSeconds(80));
            await rig.RefreshesAsync(i);
        }
    }

    [Fact]
    public async Task Refresh_token_that_has_ended_costs_exactly_one_login_and_no_error_page()
    {
        await using var rig = await StartAsync();
        rig.Clock.Advance(TimeSpan.FromHours(2));
        rig.Provider.Logins.Last().Kill();
        var logins = rig.Provider.Count("authorize");

        var (answer, url) = await rig.Browser.VisitAsync(rig.Gateway.PublicUrl + "/app");
        Assert.Equal((200, rig.Gateway.PublicUrl + "/app"), (answer.Status, url));

        (answer, _) = await rig.Browser.VisitAsync(rig.Gateway.PublicUrl + "/app");
        Assert.Equal(200, answer.Status);
        Assert.Equal(logins + 1, rig.Provider.Count("authorize"));
    }

    [Fact]
    public async Task Rolling_the_key_with_both_published_interrupts_nobody()
    {
        await using var rig = await StartAsync();
        rig.Provider.OlderKeys[rig.Provider.KeyId] = rig.Provider.Key;
        rig.Provider.RotateKey("key-2");

        // Past the throttle of the key set.
        await rig.UseAfterAsync(TimeSpan.FromSeconds(590));
        await rig.RefreshesAsync(1);
        var (answer, _) = await rig.Gateway.NewBrowser().VisitAsync(rig.Gateway.PublicUrl + "/app");

        Assert.Equal(200, answer.Status);
        Assert.Equal(200, await rig.StatusAsync());
        Assert.DoesNotContain("could not be refreshed", rig.Gateway.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_by_a_key_newer_than_the_last_fetch_works_at_once_whatever_strangers_sent()
    {
        await using var rig = await StartAsync();
        using var key = RSA.Create(2048);
        rig.Provider.RotateKey("key-2");
        for (var i = 0; i < 5; i++)
        {
            var odd = Jwt.SignRs256(new JsonObject { ["alg"] = "RS256", ["kid"] = "odd-" + i }, rig.Provider.Claims(FakeProvider.ClientId, null), key);
            Assert.Equal(401, (await rig.Gateway.SendAsync("GET", "/app", "Authorization: Bearer " + odd)).Status);
        }

        rig.Provider.RotateKey("key-3");
        var (answer, _) = await rig.Gateway.NewBrowser().VisitAsync(rig.Gateway.PublicUrl + "/app");

        Assert.Equal(200, answer.Status);
    }

    [Fact]
    public async Task Removing_the_key_signs_everybody_in_again_cleanly_and_the_old_key_signs_no_more()
    {
        await using var rig = await StartAsync();
        var (oldKey, oldId) = (rig.Provider.Key, rig.Provider.KeyId);
        rig.Provider.RotateKey("key-2");
        rig.Provider.Logins.Last().Kill();
        rig.Clock.Advance(TimeSpan.FromHours(1));
        var logins = rig.Provider.Count("authorize");

        var (answer, _) = await rig.Browser.VisitAsync(rig.Gateway.PublicUrl + "/app");
        Assert.Equal((200, logins + 1), (answer.Status, rig.Provider.Count("authorize")));

        rig.Provider.SignIdToken = (header, claims) =>
        {
            header["kid"] = oldId;
            return Jwt.SignRs256(header, claims, oldKey);
        };
        (answer, _) = await rig.Gateway.NewBrowser().VisitAsync(rig.Gateway.PublicUrl + "/app");
        Assert.Equal((400, "id_token_invalid"), (answer.Status, answer.ErrorCode));
    }

    [Fact]
    public async Task Second_client_secret_is_used_without_a_restart_and_then_the_first_may_go()
    {
        using var folder = new TempFolder();
        var (first, second) = (folder.File("client-secret-1"), folder.File("client-secret-2"));
        await File.WriteAllTextAsync(first, FakeProvider.ClientSecret, TestContext.Current.CancellationToken);
        await using var rig = await StartAsync(new Dictionary<string, string> { ["CLIENT_SECRET"] = "", ["CLIENT_SECRET_FILE"] = Path.GetDirectoryName(first)! });

        await File.WriteAllTextAsync(second, "a-second-secret-with-enough-bits", TestContext.Current.CancellationToken);
        rig.Provider.ClientSecrets = [FakeProvider.ClientSecret, "a-second-secret-with-enough-bits"];

        // The folder is looked at every 5 s; a session in use is sealed anew, under the newest secret, with its refresh.
        await Deadline.UntilAsync(() => rig.Gateway.Server.Services.GetRequiredService<AuthGateway.Configuration.ProviderOptions>().ClientSecrets.Current.Count == 2, "the second secret is seen");
        await rig.UseAfterAsync(TimeSpan.FromSeconds(590));
        await rig.RefreshesAsync(1);
        File.Delete(first);
        rig.Provider.ClientSecrets = ["a-second-secret-with-enough-bits"];
        await Deadline.UntilAsync(() => rig.Gateway.Server.Services.GetRequiredService<AuthGateway.Configuration.ProviderOptions>().ClientSecrets.Current.Count == 1, "the first secret is gone");

        await rig.UseAfterAsync(TimeSpan.FromSeconds(590));
        await rig.RefreshesAsync(2);
        await rig.Gateway.RestartAsync();
        Assert.Equal(200, await rig.StatusAsync());
        var (answer, _) = await rig.Gateway.NewBrowser().VisitAsync(rig.Gateway.PublicUrl + "/app");
        Assert.Equal(200, answer.Status);
    }

    private static Task<RefreshRig> StartAsync(IReadOnlyDictionary<string, string>? settings = null) => RefreshRig.StartAsync(
        new RefreshRules { AccessSeconds = 600, SingleUse = true },
        settings,
        "/oidc",
        discovery =>
        {
            discovery.Remove("end_session_endpoint");
            discovery.Remove("revocation_endpoint");
        });
}
