using AuthGateway.Model;
using AuthGateway.Tests.Rig;

namespace AuthGateway.Tests.Limits;

/// <summary>Many requests in one piece (U3); under load: SystemTests' StrangerFloodTests.</summary>
public class PipeliningTests
{
    [Fact]
    public async Task U3_pipelined_requests_of_a_stranger_are_all_answered()
    {
        await using var rig = await GatewayRig.StartAsync();
        using var client = await RawClient.ConnectAsync(rig.Address);

        await client.SendAsync(string.Concat(Enumerable.Repeat($"GET /app HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\nAccept: application/json\r\n\r\n", 100)));

        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(401, (await client.ReadAsync())!.Status);
        }
    }

    [Fact]
    public void U3_every_16th_request_of_a_stranger_lets_others_have_their_turn()
    {
        var connection = new ClientConnection(ListenerKind.Main, null);

        Assert.Equal([16, 32, 48], Enumerable.Range(1, 50).Where(_ => connection.IsDueToYield(16)));
    }
}
