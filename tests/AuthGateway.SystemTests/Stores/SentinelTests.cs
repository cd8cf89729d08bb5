using System.Globalization;
using AuthGateway.Sessions.Store;
using AuthGateway.SystemTests.Parts;
using AuthGateway.Testing.Stores;

namespace AuthGateway.SystemTests.Stores;

/// <summary>A Sentinel that moves the primary: the store follows by itself, and what was replicated is there.</summary>
public sealed class SentinelTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Store_follows_a_failover_and_listeners_read_everything_again()
    {
        await using var primary = await RedisServer.StartAsync();
        await using var replica = await RedisServer.StartAsync("--replicaof", $"127.0.0.1 {primary.Port}");
        await using var sentinel = await SentinelProcess.StartAsync(primary.Port);
        await Deadline.UntilAsync(async () => (await replica.CommandAsync("INFO replication")).Contains("master_link_status:up", StringComparison.Ordinal), TimeSpan.FromSeconds(20), () => replica.Log);
        await Deadline.UntilAsync(async () => (await sentinel.CommandAsync("SENTINEL replicas main")).Contains(replica.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal), TimeSpan.FromSeconds(20), () => sentinel.Log);
        await using var stores = new RedisStores($"127.0.0.1:{sentinel.Port},serviceName=main");
        var store = stores.Open();
        var rows = Enumerable.Range(0, 200).Select(i => Rows.New("sub-" + i)).ToArray();
        await Task.WhenAll(rows.Select(row => store.InsertAsync(row, Cancel)));
        await using var ears = new Ears(store);
        await Deadline.UntilAsync(() => Task.FromResult(!ears.Heard.IsEmpty), TimeSpan.FromSeconds(5), () => "listening");
        await primary.CommandAsync("WAIT 1 2000");
        ears.Heard.Clear();

        await primary.StopAsync();

        var recovery = await Deadline.UntilAsync(async () => await WritesAsync(store), TimeSpan.FromSeconds(40), () => $"writing again\n{sentinel.Log}");
        TestContext.Current.TestOutputHelper?.WriteLine($"writes again {recovery.TotalSeconds:0.0} s after the primary was killed (Sentinel needs 1 s to notice)");
        Assert.Equal(200, (await store.FindLiveAsync([.. rows.Select(row => row.Hash)], Cancel)).Count);
        await Deadline.UntilAsync(() => Task.FromResult(ears.Heard.Any(change => change is AuthGateway.Sessions.Store.StoreChange.Unknown)), TimeSpan.FromSeconds(10), () => "the listener reads again");
        var late = Rows.New();
        Assert.True(await stores.Open(store).InsertAsync(late, Cancel));
        Assert.NotNull(await store.FindAsync(late.Hash, Cancel));
    }

    private static async Task<bool> WritesAsync(AuthGateway.Sessions.Store.ISessionStore store)
    {
        try
        {
            return await store.InsertAsync(Rows.New("sub-probe"), Cancel);
        }
        catch (AuthGateway.Sessions.Store.StoreUnavailableException)
        {
            return false;
        }
    }
}
