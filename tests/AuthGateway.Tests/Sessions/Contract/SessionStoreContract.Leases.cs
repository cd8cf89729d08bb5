using AuthGateway.Sessions;
using AuthGateway.Tests.Rig;

namespace AuthGateway.Tests.Sessions.Contract;

// Leases: of all processes one refreshes, and a late writer changes nothing.
public abstract partial class SessionStoreContract
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task One_of_many_gets_the_lease()
    {
        var store = await OpenAsync();
        var other = await OpenAsync(store);
        var row = Rows.New();
        await store.InsertAsync(row, Cancel);

        var leases = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => (i % 2 == 0 ? store : other).LeaseRefreshAsync(row.Hash, Long, Cancel)));

        Assert.Single(leases, lease => lease is not null);
        Assert.Null(await store.LeaseRefreshAsync(Rows.New().Hash, Long, Cancel));
    }

    [Fact]
    public async Task New_sealed_part_is_seen_by_every_process_and_gives_the_lease_back()
    {
        var store = await OpenAsync();
        var other = await OpenAsync(store);
        var row = Rows.New();
        await store.InsertAsync(row, Cancel);
        var lease = await store.LeaseRefreshAsync(row.Hash, Long, Cancel);

        Assert.True(await store.ReplaceAsync(lease!, Rows.Text("new"), Cancel));

        var found = await other.FindAsync(row.Hash, Cancel);
        Assert.Equal(Rows.Text("new"), found!.Sealed);
        Assert.True(found.Version > lease!.Version);
        Assert.Equal(row.ExpiresAt, found.ExpiresAt);
        Assert.NotNull(await other.LeaseRefreshAsync(row.Hash, Long, Cancel));
        Assert.False(await store.ReplaceAsync(lease, Rows.Text("twice"), Cancel));
    }

    [Fact]
    public async Task Lease_runs_out_and_its_late_holder_writes_nothing()
    {
        var store = await OpenAsync();
        var other = await OpenAsync(store);
        var row = Rows.New();
        await store.InsertAsync(row, Cancel);
        var late = await store.LeaseRefreshAsync(row.Hash, TimeSpan.FromMilliseconds(100), Cancel);

        RefreshLease? next = null;
        await Deadline.UntilAsync(async () => (next = await other.LeaseRefreshAsync(row.Hash, Long, Cancel)) is not null, "the lease runs out");

        Assert.True(next!.Version > late!.Version);
        Assert.False(await store.ReplaceAsync(late, Rows.Text("late"), Cancel));
        await store.ReleaseAsync(late, Cancel);
        Assert.Null(await store.LeaseRefreshAsync(row.Hash, Long, Cancel));
        Assert.True(await other.ReplaceAsync(next, Rows.Text("next"), Cancel));
        Assert.Equal(Rows.Text("next"), (await store.FindAsync(row.Hash, Cancel))!.Sealed);
    }

    [Fact]
    public async Task Released_lease_is_free_at_once()
    {
        var store = await OpenAsync();
        var row = Rows.New();
        await store.InsertAsync(row, Cancel);
        var lease = await store.LeaseRefreshAsync(row.Hash, Long, Cancel);

        await store.ReleaseAsync(lease!, Cancel);

        Assert.NotNull(await store.LeaseRefreshAsync(row.Hash, Long, Cancel));
        Assert.Equal(row.Sealed, (await store.FindAsync(row.Hash, Cancel))!.Sealed);
    }

    [Fact]
    public async Task Refresh_that_ends_after_a_logout_brings_nothing_back()
    {
        var store = await OpenAsync();
        var row = Rows.New();
        await store.InsertAsync(row, Cancel);
        var lease = await store.LeaseRefreshAsync(row.Hash, Long, Cancel);
        await store.DeleteAsync(row.Hash, Cancel);

        Assert.False(await store.ReplaceAsync(lease!, Rows.Text("zombie"), Cancel));

        Assert.Null(await store.FindAsync(row.Hash, Cancel));
        Assert.Empty(await store.ListAsync(new SessionFilter(), 9, Cancel));
    }
}
