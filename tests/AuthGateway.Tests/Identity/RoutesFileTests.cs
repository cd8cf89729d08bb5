using AuthGateway.Access;

namespace AuthGateway.Tests.Identity;

/// <summary>What the routes of a <c>ROUTES_FILE</c> may go by.</summary>
public class RoutesFileTests
{
    [Fact]
    public async Task Route_sees_no_clients_copy_of_a_managed_name()
    {
        await using var rig = await GatewayRig.StartAsync();
        using var victims = new EchoUpstream();
        using var folder = new TempFolder();
        var file = folder.File("routes.json");
        await File.WriteAllTextAsync(file, $$"""
            {
              "Routes": {
                "victim": { "ClusterId": "victim", "Order": 0, "Match": { "Path": "{**all}", "Headers": [ { "Name": "kubeflow-userid", "Values": [ "victim@example.test" ] } ] } },
                "all": { "ClusterId": "app", "Order": 1, "Match": { "Path": "{**all}" } }
              },
              "Clusters": {
                "victim": { "Destinations": { "one": { "Address": "{{victims.Address}}" } } },
                "app": { "Destinations": { "one": { "Address": "{{rig.Upstream.Address}}" } } }
              }
            }
            """, TestContext.Current.CancellationToken);
        await rig.RestartAsync(environment =>
        {
            environment.Remove("UPSTREAM_URL");
            environment["ROUTES_FILE"] = file;
        });
        var session = rig.SessionOf(await rig.LogInAsync());

        var answer = await rig.SendAsync("GET", "/app", "Cookie: authservice_session=" + session, "kubeflow-userid: victim@example.test");

        Assert.Equal(200, answer.Status);
        Assert.Empty(victims.Requests);
        Assert.Equal(["alice@example.test"], rig.Upstream.Last.AllFolded("kubeflow-userid"));
    }

    [Theory]
    [InlineData("/x/%2e%2e/admin")]
    [InlineData("/admin/../x")]
    [InlineData("/admin/./x")]
    public async Task Path_that_the_router_and_the_application_read_differently_is_refused(string path)
    {
        await using var rig = await GatewayRig.StartAsync();
        using var folder = new TempFolder();
        await RoutesFile.UseAsync(rig, folder.File("routes.json"), rig.Upstream.Address);
        var session = rig.SessionOf(await rig.LogInAsync());
        var before = rig.Upstream.Requests.Count;

        Assert.Equal(400, (await rig.SendAsync("GET", path, "Cookie: authservice_session=" + session)).Status);
        Assert.Equal(before, rig.Upstream.Requests.Count);
        Assert.Equal(200, (await rig.SendAsync("GET", "/api/a%2Fb", "Cookie: authservice_session=" + session)).Status);
        Assert.Equal("/api/a%2Fb", rig.Upstream.Last.Target);
    }

    [Fact]
    public async Task Path_without_a_route_is_404_that_nobody_keeps()
    {
        await using var rig = await GatewayRig.StartAsync();
        using var folder = new TempFolder();
        var file = folder.File("routes.json");
        await File.WriteAllTextAsync(file, $$"""
            {
              "Routes": { "app": { "ClusterId": "app", "Match": { "Path": "/app/{**all}" } } },
              "Clusters": { "app": { "Destinations": { "one": { "Address": "{{rig.Upstream.Address}}" } } } }
            }
            """, TestContext.Current.CancellationToken);
        await rig.RestartAsync(environment =>
        {
            environment.Remove("UPSTREAM_URL");
            environment["ROUTES_FILE"] = file;
        });
        var session = rig.SessionOf(await rig.LogInWithoutUpstreamAsync());

        var answer = await rig.SendAsync("GET", "/elsewhere", "Cookie: authservice_session=" + session);

        Assert.Equal((404, "no-store"), (answer.Status, answer.Header("Cache-Control")));
        Assert.Equal(302, (await rig.SendAsync("GET", "/elsewhere", "Accept: text/html")).Status);
    }
}
