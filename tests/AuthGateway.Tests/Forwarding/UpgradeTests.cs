namespace AuthGateway.Tests.Forwarding;

/// <summary>X3: an upgrade that is not to a WebSocket is ignored (RFC 9110 §7.8), and so is every one in HTTP/1.0.</summary>
public class UpgradeTests
{
    public static TheoryData<string, bool> Offers => new MatrixTheoryData<string, bool>(
        [
            "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n",
            "Connection: Upgrade\r\nUpgrade: TLS/1.2\r\n",
            "Upgrade: SPDY/3.1\r\nConnection: Upgrade\r\n",
        ],
        [false, true]);

    [Theory]
    [MemberData(nameof(Offers))]
    public async Task Offer_that_we_do_not_take_is_left_out_and_the_request_goes_on(string lines, bool byRoutes)
    {
        await using var rig = await ForwardingRig.StartAsync(byRoutes);
        using var client = await RawClient.ConnectAsync(rig.Gateway.Address);

        await client.SendAsync($"GET /app HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\n{rig.Cookie}\r\n{lines}\r\n");
        Assert.Equal(200, (await client.ReadAsync())!.Status);

        Assert.Empty(rig.Upstream.Last.AllFolded("Upgrade"));
        Assert.Empty(rig.Upstream.Last.AllFolded("HTTP2-Settings"));

        // The connection goes on in HTTP/1.1.
        await client.SendAsync($"GET /again HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\n{rig.Cookie}\r\n\r\n");
        Assert.Equal(200, (await client.ReadAsync())!.Status);
    }

    [Fact]
    public async Task Visit_that_offers_an_upgrade_goes_to_the_provider()
    {
        await using var rig = await GatewayRig.StartAsync();

        Assert.Equal(302, (await rig.SendAsync("GET", "/app", "Accept: text/html", "Upgrade: h2c")).Status);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_several_offers_the_web_socket_is_taken(bool byRoutes)
    {
        await using var rig = await ForwardingRig.StartAsync(byRoutes);

        var answer = await RawClient.OnceAsync(rig.Gateway.Address,
            $"GET /app/ws HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\n{rig.Cookie}\r\nConnection: Upgrade\r\nUpgrade: h2c, websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");

        Assert.Equal(101, answer.Status);
    }

    [Theory]
    [InlineData("h2c")]
    [InlineData("websocket")]
    public async Task Upgrade_of_http_1_0_is_ignored(string protocol)
    {
        await using var rig = await GatewayRig.StartAsync();

        var answer = await RawClient.OnceAsync(rig.Address, $"GET /public/x HTTP/1.0\r\nHost: gateway\r\nConnection: Upgrade\r\nUpgrade: {protocol}\r\n\r\n");

        Assert.Equal(200, answer.Status);
        Assert.Empty(rig.Upstream.Last.AllFolded("Upgrade"));
    }
}
