using System.Text.RegularExpressions;
using AuthGateway.SystemTests.Parts;
using AuthGateway.SystemTests.Wire;
using Microsoft.Playwright;

namespace AuthGateway.SystemTests;

/// <summary>The main job in a browser, the same steps for both topologies of the seed: login, restart, logout.</summary>
internal sealed partial class SeedJourney(IPage page, RecordingUpstream upstream, KeycloakAdmin admin, GatewayProcess gateway)
{
    private static readonly Uri Public = new($"http://localhost:{Ports.SeedPublic}/");

    public async Task LogInAsync()
    {
        await admin.EndSessionsAsync("admin");
        await page.GotoAsync(new Uri(Public, "/pipeline?run=1").ToString());
        await page.FillAsync("#username", "admin");
        await page.FillAsync("#password", "admin");
        await page.ClickAsync("#kc-login");
        await page.WaitForURLAsync(new Uri(Public, "/pipeline?run=1").ToString());
        AssertOneIdentity("/pipeline?run=1");
        Assert.Equal(1, await admin.SessionCountAsync("admin"));
    }

    public async Task StillLoggedInAfterRestartAsync()
    {
        await gateway.RestartAsync();
        await page.GotoAsync(new Uri(Public, "/after-restart").ToString());
        Assert.Equal(new Uri(Public, "/after-restart").ToString(), page.Url);
        AssertOneIdentity("/after-restart");
    }

    /// <summary>Through the page that an operator links to, with a click; then Keycloak must ask for the password again.</summary>
    public async Task LogOutAsync()
    {
        await page.GotoAsync(new Uri(Public, "/authservice/logout").ToString());
        Assert.Equal(1, await admin.SessionCountAsync("admin"));
        await page.ClickAsync("main form[method=post] button");
        await page.WaitForURLAsync(LoginPage());
        await page.WaitForSelectorAsync("#kc-form-login");
        Assert.Equal(0, await admin.SessionCountAsync("admin"));
        await page.GotoAsync(new Uri(Public, "/after-logout").ToString());
        await page.WaitForSelectorAsync("#kc-form-login");
        // The browser asks for the icon by itself; pages must not have passed.
        Assert.DoesNotContain(upstream.Heads, head => head.Target is "/" or "/after-logout");
    }

    private void AssertOneIdentity(string target) => Assert.Equal(
        ["kubeflow-userid: " + KeycloakServer.AdminEmail],
        upstream.Last(target).LinesFoldingTo("kubeflow-userid").Select(Lower));

    /// <summary>Header names have no case; Envoy writes them small.</summary>
    private static string Lower(string line) => line.Split(':')[0].ToLowerInvariant() + line[line.IndexOf(':', StringComparison.Ordinal)..];

    [GeneratedRegex("/realms/master/protocol/openid-connect/")]
    private static partial Regex LoginPage();
}
