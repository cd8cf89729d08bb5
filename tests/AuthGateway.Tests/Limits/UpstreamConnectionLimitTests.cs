using AuthGateway.Outgoing;
using AuthGateway.Tests.Forwarding;
using AuthGateway.Tests.Shutdown;
using Microsoft.Extensions.DependencyInjection;

namespace AuthGateway.Tests.Limits;

/// <summary>Connections to upstreams have their own share of the descriptors (U4).</summary>
public class UpstreamConnectionLimitTests
{
    [Fact]
    public async Task U4_a_request_that_needs_one_connection_more_is_502_and_the_next_is_served()
    {
        await using var upstream = await GatedUpstream.StartAsync();
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["UPSTREAM_URL"] = upstream.Address.AbsoluteUri, ["UPSTREAM_CONNECTIONS_MAX"] = "8" });
        var cookie = "Cookie: authservice_session=" + rig.SessionOf(await rig.LogInWithoutUpstreamAsync());
        var waiting = Enumerable.Range(0, 8).Select(_ => rig.SendAsync("GET", "/slow", cookie)).ToList();
        await Deadline.UntilAsync(() => upstream.Begun == 8, "eight under way");

        Assert.Equal(502, (await rig.SendAsync("GET", "/slow", cookie, "Accept: application/json")).Status);

        upstream.Gate.SetResult();
        Assert.All(await Task.WhenAll(waiting), answer => Assert.Equal(200, answer.Status));
        Assert.Equal(200, (await rig.SendAsync("GET", "/slow", cookie)).Status);
        Assert.Equal(1, await LimitRig.ReachedAsync(rig, "upstream_connections"));
    }

    /// <summary>Over TLS the client keeps connections for each host name.</summary>
    [Fact]
    public async Task Hosts_that_a_stranger_makes_up_leave_no_connection_to_an_https_upstream()
    {
        using var folder = new TempFolder();
        await using var app = await TlsApp.StartAsync(folder.Path);
        await using var rig = await ForwardingRig.WithFileAsync(
            $$"""
            {
              "Routes": { "app": { "ClusterId": "app", "Match": { "Path": "{**all}" } } },
              "Clusters": { "app": {
                "HttpClient": { "DangerousAcceptAnyServerCertificate": true }, "HttpRequest": { "Version": "1.1" },
                "Destinations": { "one": { "Address": "{{app.Urls.First()}}" } } } }
            }
            """,
            new() { ["SKIP_AUTH_URLS"] = "/public", ["UPSTREAM_CONNECTIONS_MAX"] = "8" });
        for (var i = 0; i < 40; i++)
        {
            var answer = await RawClient.OnceAsync(rig.Gateway.Address, $"GET /public/x HTTP/1.1\r\nHost: made-up-{i}.example.test\r\nConnection: close\r\n\r\n");
            Assert.Equal(200, answer.Status);
        }

        Assert.Equal(200, (await rig.SendAsync("GET", "/x")).Status);
        Assert.Equal(0, await LimitRig.ReachedAsync(rig.Gateway, "upstream_connections"));
    }

    [Fact]
    public async Task R1_connections_that_a_peak_needed_are_closed_after_30_s()
    {
        await using var rig = await GatewayRig.StartAsync();
        using var handler = new SocketsHttpHandler();

        rig.Server.Services.GetRequiredService<UpstreamConnections>().Use(handler);

        Assert.Equal(TimeSpan.FromSeconds(30), handler.PooledConnectionIdleTimeout);
    }
}
