using System.Net;
using System.Net.Sockets;

namespace AuthGateway.Tests.Forwarding;

/// <summary>X11: an upstream address that leads back to the gateway is recognised and named.</summary>
public class LoopTests
{
    [Theory]
    [InlineData("/app", "text/html")]
    [InlineData("/app", "application/json")]
    [InlineData("/public/x", "text/html")]
    public async Task Gateway_that_asks_itself_says_so(string path, string accept)
    {
        var port = FreePort();
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["SERVER_PORT"] = port, ["UPSTREAM_URL"] = "http://127.0.0.1:" + port });
        var session = rig.SessionOf(await rig.LogInWithoutUpstreamAsync());

        var answer = await rig.SendAsync("GET", path, "Cookie: authservice_session=" + session, "Accept: " + accept);

        Assert.Equal(508, answer.Status);
        Assert.Contains("UPSTREAM_URL", answer.Text, StringComparison.Ordinal);
        Assert.Contains("UPSTREAM_URL: a request that was forwarded came back here", rig.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Application_may_ask_again_with_the_headers_it_was_given()
    {
        await using var rig = await ForwardingRig.StartAsync(byRoutes: false);
        await rig.Gateway.SendAsync("GET", "/public/x");
        var mark = rig.Upstream.Last.Header("X-AuthGateway-Hop")!;

        Assert.Equal(200, (await rig.Gateway.SendAsync("GET", "/public/x", "X-AuthGateway-Hop: " + mark)).Status);
        Assert.NotEqual(mark, rig.Upstream.Last.Header("X-AuthGateway-Hop"));
        Assert.Equal(200, (await rig.Gateway.SendAsync("GET", "/public/x", "X-AuthGateway-Hop: of-another-1")).Status);
        Assert.Equal([mark], rig.Upstream.Last.AllFolded("X-AuthGateway-Hop"));
    }

    private static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }
}
