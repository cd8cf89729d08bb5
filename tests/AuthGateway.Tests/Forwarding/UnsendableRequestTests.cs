namespace AuthGateway.Tests.Forwarding;

/// <summary>A <c>Host</c> that no request can be sent with is the client's fault (RFC 9112 §3.2), in both modes; the application is not asked, and not blamed.</summary>
public class UnsendableRequestTests
{
    public static TheoryData<string, bool> Hosts => new MatrixTheoryData<string, bool>(["gw.example.test:65536", "gw.example.test:99999999999", "[::1]:70000", "a..b", "."], [false, true]);

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task Host_that_cannot_be_sent_on_is_400(string host, bool byRoutes)
    {
        await using var rig = await ForwardingRig.StartAsync(byRoutes);
        var seen = rig.Upstream.Requests.Count;

        foreach (var target in new[] { "/app", "/public/x" })
        {
            var answer = await RawClient.OnceAsync(rig.Gateway.Address, $"GET {target} HTTP/1.1\r\nHost: {host}\r\n{rig.Cookie}\r\nConnection: close\r\n\r\n");

            Assert.True(answer.Status == 400, answer.ToString());
        }

        Assert.Equal(seen, rig.Upstream.Requests.Count);
        Assert.DoesNotContain("does not answer", rig.Gateway.Log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("xn--bcher-kva.example:8443", false)]
    [InlineData("xn--bcher-kva.example:8443", true)]
    [InlineData("Gw.Example.Test.", false)]
    [InlineData("[::1]:8080", true)]
    public async Task Every_other_host_arrives_as_it_came(string host, bool byRoutes)
    {
        await using var rig = await ForwardingRig.StartAsync(byRoutes);

        await RawClient.OnceAsync(rig.Gateway.Address, $"GET /app HTTP/1.1\r\nHost: {host}\r\n{rig.Cookie}\r\nConnection: close\r\n\r\n");

        Assert.Equal([host], rig.Upstream.Last.AllFolded("Host"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Empty_host_becomes_the_upstreams_own_and_no_second_line(bool byRoutes)
    {
        await using var rig = await ForwardingRig.StartAsync(byRoutes);

        await RawClient.OnceAsync(rig.Gateway.Address, $"GET /app HTTP/1.1\r\nHost: \r\n{rig.Cookie}\r\nConnection: close\r\n\r\n");

        Assert.Equal([rig.Upstream.Address.Authority], rig.Upstream.Last.AllFolded("Host"));
    }
}
