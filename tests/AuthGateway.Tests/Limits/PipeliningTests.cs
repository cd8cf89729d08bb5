using AuthGateway.Http;
using AuthGateway.Limits;

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
    public async Task U3_strangers_go_on_one_after_the_other_on_half_of_the_processors()
    {
        var turns = new StrangerScheduler();
        var (now, most, done) = (0, 0, 0);

        await Task.WhenAll(Enumerable.Range(0, 200).Select(async _ =>
        {
            for (var i = 0; i < 5; i++)
            {
                await turns.Next;
                InterlockedMax(ref most, Interlocked.Increment(ref now));
                Thread.SpinWait(1000);
                Interlocked.Decrement(ref now);
                Interlocked.Increment(ref done);
            }
        }));

        Assert.Equal(1000, done);
        Assert.InRange(most, 1, Math.Max(1, Environment.ProcessorCount / 2));
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
        {
            Interlocked.CompareExchange(ref most, value, seen);
        }
    }

    [Fact]
    public void U3_every_16th_request_of_a_stranger_lets_others_have_their_turn()
    {
        var connection = new ClientConnection(ListenerKind.Main, null);

        Assert.Equal([16, 32, 48], Enumerable.Range(1, 50).Where(_ => connection.IsDueToYield(16, 0)));
    }

    [Fact]
    public void U7_requests_that_take_long_let_others_have_their_turn_earlier()
    {
        var connection = new ClientConnection(ListenerKind.Main, null);

        Assert.Equal([3, 6, 9], Enumerable.Range(1, 10).Where(_ => connection.IsDueToYield(16, 4)));
    }
}
