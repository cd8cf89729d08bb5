using AuthGateway.Access;

namespace AuthGateway.Tests.Identity;

/// <summary>An <c>UPSTREAM_URL</c> with a path opens what lies below it, and nothing beside it.</summary>
public class BasePathTests
{
    [Theory]
    [InlineData("/../admin")]
    [InlineData("/%2e%2E/admin")]
    [InlineData("/x/..%2f..%2fadmin")]
    [InlineData("/..\\admin")]
    [InlineData("/..;/admin")]
    [InlineData("/public/../../admin")]
    public async Task Path_that_leaves_the_base_path_is_refused(string path)
    {
        await using var rig = await GatewayRig.StartAsync();
        await rig.RestartAsync(environment => environment["UPSTREAM_URL"] = rig.Upstream.Address + "base/app");
        var session = rig.SessionOf(await rig.LogInAsync());
        var before = rig.Upstream.Requests.Count;

        Assert.Equal(400, (await rig.SendAsync("GET", path, "Cookie: authservice_session=" + session)).Status);
        Assert.Equal(before, rig.Upstream.Requests.Count);
        Assert.Equal(200, (await rig.SendAsync("GET", "/a%2Fb..c?to=/../x", "Cookie: authservice_session=" + session)).Status);
        Assert.Equal("/base/app/a%2Fb..c?to=/../x", rig.Upstream.Last.Target);
    }
}
