using System.Diagnostics;
using System.Net;
using AuthGateway.Outgoing;
using AuthGateway.Sessions.Store;
using AuthGateway.SystemTests.Parts;
using AuthGateway.Testing.Stores;

namespace AuthGateway.SystemTests.Stores;

/// <summary>A Redis name with a dead address beside a good one (G2).</summary>
public sealed class RedisAddressTests
{
    [Fact]
    public async Task G2_a_dead_address_beside_the_good_one_costs_a_moment()
    {
        await using var server = await RedisServer.StartAsync();
        using var dead = await DeadAddress.StartAsync(server.Port);
        var connector = new Connector((_, _) => Task.FromResult<IPAddress[]>([DeadAddress.Address, IPAddress.Loopback]));
        await using var stores = new RedisStores($"redis.test:{server.Port}", connector: connector);
        var started = Stopwatch.GetTimestamp();

        await Deadline.UntilAsync(() => IsFineAsync(stores), TimeSpan.FromSeconds(10), () => "Redis answers");

        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 8);
    }

    [Fact]
    public async Task G2_the_message_names_the_addresses_that_were_tried()
    {
        var port = Ports.Free();
        var connector = new Connector((_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("127.0.0.8"), IPAddress.Loopback]));
        await using var stores = new RedisStores($"redis.test:{port}", connector: connector);
        var store = stores.Open();
        var message = "";

        await Deadline.UntilAsync(
            async () => (message = (await Assert.ThrowsAsync<StoreUnavailableException>(() => store.CheckAsync(TestContext.Current.CancellationToken))).Message).Contains("tried", StringComparison.Ordinal),
            TimeSpan.FromSeconds(10), () => "the addresses were not named: " + message);

        Assert.Contains($"no connection to redis.test:{port} (tried 127.0.0.8: connection refused, 127.0.0.1: connection refused)", message, StringComparison.Ordinal);
    }

    private static async Task<bool> IsFineAsync(RedisStores stores)
    {
        try
        {
            await stores.Open().CheckAsync(TestContext.Current.CancellationToken);
            return true;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }
}
