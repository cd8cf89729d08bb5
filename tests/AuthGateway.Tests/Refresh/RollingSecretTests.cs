using AuthGateway.Sessions;

namespace AuthGateway.Tests.Refresh;

/// <summary>Rolling <c>SESSION_SECRET</c>: the new one beside the old one, then the old one goes; a session in use notices nothing.</summary>
public class RollingSecretTests
{
    private static readonly string Old = new('o', 40);
    private static readonly string New = new('n', 40);

    [Fact]
    public async Task Session_in_use_is_sealed_anew_and_outlives_the_old_secret()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600 }, new Dictionary<string, string> { ["SESSION_SECRET"] = Old });
        await rig.Gateway.RestartAsync(environment => environment["SESSION_SECRET"] = $"{New},{Old}");
        await rig.UseAfterAsync(TimeSpan.FromSeconds(590));
        await rig.RefreshesAsync(1);

        await rig.Gateway.RestartAsync(environment => environment["SESSION_SECRET"] = New);

        Assert.Equal(200, await rig.StatusAsync());
    }

    [Fact]
    public async Task Session_that_rested_meanwhile_logs_in_again()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600 }, new Dictionary<string, string> { ["SESSION_SECRET"] = Old });
        await rig.Gateway.RestartAsync(environment => environment["SESSION_SECRET"] = $"{New},{Old}");
        Assert.Equal(200, await rig.StatusAsync());

        await rig.Gateway.RestartAsync(environment => environment["SESSION_SECRET"] = New);

        Assert.Equal(401, await rig.StatusAsync());
        var browser = rig.Gateway.NewBrowser();
        browser.SetCookie(GatewayRig.PublicHost, "authservice_session", rig.Session);
        var (answer, _) = await browser.VisitAsync(rig.Gateway.PublicUrl + "/app");
        Assert.Equal(200, answer.Status);
    }
}
