using AuthGateway.Configuration;
using AuthGateway.Endpoints;

namespace AuthGateway.Tests.Endpoints;

/// <summary>The one table of the gateway's addresses, and what the settings know of it.</summary>
public sealed class EndpointTableTests
{
    [Fact]
    public async Task Every_address_of_the_settings_has_one_row_and_no_path_has_two()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["REDIRECT_URL"] = "https://gw.example.test/back" }, waitUntilReady: false);
        var routes = rig.Server.Services.GetServices<EndpointRoute>().ToList();

        Assert.All(rig.Options.Urls.OwnPaths, path => Assert.Single(routes, route => route.Matches(path)));
        Assert.All([rig.Options.Urls.CallbackPath, rig.Options.Urls.DefaultCallbackPath, rig.Options.Urls.SitePath + "homepage"], path => Assert.Single(routes, route => route.Matches(path)));
        Assert.All(routes, route => Assert.Equal(route, Assert.Single(routes, other => other.Matches(route.Path))));
    }

    [Fact]
    public async Task Callback_at_the_address_of_another_row_is_refused()
    {
        await using var rig = await GatewayRig.StartAsync(waitUntilReady: false);
        var urls = rig.Options.Urls;
        var others = rig.Server.Services.GetServices<EndpointRoute>()
            .Where(route => route.Path != urls.CallbackPath && route.Path != urls.LoggedInPath && route.Scope != RouteScope.Prefix)
            .Select(route => route.Path);

        Assert.All(others, path => Assert.Contains("another endpoint of the gateway", string.Join('\n', Errors("https://gw.example.test" + path)), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/auth", "/auth/callback")]
    [InlineData("/authservice/oidc", "/authservice/oidc/callback")]
    [InlineData("/check", "/authservice/logged-in")]
    public async Task Callback_wins_over_every_other_row(string verify, string callback)
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string>
        {
            ["VERIFY_AUTH_URL"] = verify,
            ["REDIRECT_URL"] = "https://gw.example.test" + callback,
        });

        await rig.LogInAsync();

        Assert.Equal(401, (await rig.SendAsync("GET", verify + "/app")).Status);
    }

    private static IReadOnlyList<string> Errors(string redirect) => SettingsReader.Read(
        new Dictionary<string, string> { ["OIDC_PROVIDER"] = "https://idp.example.test", ["CLIENT_ID"] = "c", ["CLIENT_SECRET"] = "s", ["REDIRECT_URL"] = redirect }, []).Errors;

    [Theory]
    [InlineData("Exact", "/p/verify", true)]
    [InlineData("Exact", "/p/verify/", false)]
    [InlineData("Exact", "/p/Verify", false)]
    [InlineData("Segments", "/p/verify/x", true)]
    [InlineData("Segments", "/p/verifyx", false)]
    [InlineData("Prefix", "/p/verifyx", true)]
    public void Scope_decides_what_below_a_path_belongs_to_it(string scope, string path, bool matches) =>
        Assert.Equal(matches, new EndpointRoute("/p/verify", Enum.Parse<RouteScope>(scope), (_, _) => Task.CompletedTask).Matches(path));
}
