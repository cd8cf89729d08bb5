using AuthGateway.Sessions.Store;
using AuthGateway.Sessions.Store.Redis;
using AuthGateway.Testing.Stores;
using StackExchange.Redis;

namespace AuthGateway.Tests.Sessions.Contract;

/// <summary>The contract on the Redis store against an embedded server.</summary>
public sealed class GarnetStoreTests(GarnetRedis server) : SessionStoreContract, IClassFixture<GarnetRedis>, IAsyncDisposable
{
    private readonly RedisStores _stores = new(server.Address);

    public ValueTask DisposeAsync() => _stores.DisposeAsync();

    /// <summary>A login there swept the lists of the user's sessions by its own clock: a logout at the provider did not find them.</summary>
    [Fact]
    public async Task Process_whose_clock_is_ahead_hides_no_session_from_a_logout_and_deletes_none()
    {
        var clock = new ShiftedClock();
        clock.Advance(TimeSpan.FromDays(1));
        var store = _stores.Open();
        var ahead = _stores.Open(store, clock);
        var row = Rows.New();
        await store.InsertAsync(row, TestContext.Current.CancellationToken);

        await ahead.InsertAsync(Rows.New() with { ExpiresAt = clock.GetUtcNow().AddHours(1) }, TestContext.Current.CancellationToken);

        Assert.Equal(0, await ahead.DeleteExpiredAsync(clock.GetUtcNow(), 100, TestContext.Current.CancellationToken));
        Assert.False(await ahead.DeleteAsync(row.Hash, TimeSpan.FromHours(1), TestContext.Current.CancellationToken));
        Assert.Contains(row.Hash, (await store.EndByProviderAsync(Rows.Notice("sub-alice"), TestContext.Current.CancellationToken)).Ended);
    }

    /// <summary>During an update a replica of the release before knows the version alone: what it does fences off a holder too.</summary>
    [Fact]
    public async Task Release_that_knows_no_holder_takes_over_from_one()
    {
        var store = _stores.Open();
        var row = Rows.New();
        await store.InsertAsync(row, TestContext.Current.CancellationToken);
        var lease = (await store.LeaseRefreshAsync(new RefreshLease(row.Hash, 0, RefreshLease.NewHolder()), TimeSpan.FromMinutes(1), TimeSpan.Zero, TestContext.Current.CancellationToken))!;
        await using (var connection = await ConnectionMultiplexer.ConnectAsync(server.Address))
        {
            await connection.GetDatabase().HashIncrementAsync($"{_stores.RootOf(store)}s:{RedisKeys.Member(row.Hash)}", "version");
        }

        Assert.Null(await store.HoldAsync(lease, null, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
        Assert.Null(await store.ReplaceAsync(lease, Rows.Text("late"), TestContext.Current.CancellationToken));
        Assert.False(await store.DeleteAsync(lease, TestContext.Current.CancellationToken));
    }

    private protected override Task<ISessionStore> OpenAsync(ISessionStore? sameAs = null) => Task.FromResult(_stores.Open(sameAs));
}
