using AuthGateway.SystemTests.Parts;
using AuthGateway.SystemTests.Wire;

namespace AuthGateway.SystemTests;

/// <summary>The seed's settings with only <c>UPSTREAM_URL</c> and the port added: the gateway itself stands in front of the application.</summary>
public sealed class SeedInlineTests(KeycloakServer keycloak, GatewayBinary binary, Chromium chromium)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Login_restart_and_logout_in_a_browser(bool asEnvFiles)
    {
        using var folder = new TempFolder("seed");
        using var upstream = new RecordingUpstream();
        await Ports.DemandFreeAsync(Ports.SeedPublic);
        var files = await SeedFiles.ForAsync(await keycloak.AddressAsync(), folder);
        var environment = asEnvFiles ? [] : new Dictionary<string, string>(SeedFiles.AsEnvironment(files));
        environment["PORT"] = $"\"{Ports.SeedPublic}\"";
        environment["UPSTREAM_URL"] = upstream.Address.ToString();
        environment.Remove("STORE_PATH");
        await using var gateway = await GatewayProcess.StartAsync(binary, new GatewayLaunch
        {
            Port = Ports.SeedPublic,
            EnvFiles = asEnvFiles ? files : [],
            Environment = environment,
        });
        var page = await chromium.NewPageAsync();
        var journey = new SeedJourney(page, upstream, await keycloak.AdminAsync("master"), gateway);
        await journey.LogInAsync();
        await journey.StillLoggedInAfterRestartAsync();
        await journey.LogOutAsync();
        await page.Context.CloseAsync();
    }
}
