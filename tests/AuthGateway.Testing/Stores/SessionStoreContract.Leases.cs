using AuthGateway.Sessions.Store;

namespace AuthGateway.Testing.Stores;

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

        var leases = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => LeaseAsync(i % 2 == 0 ? store : other, row.Hash, Long)));

        Assert.Single(leases, lease => lease is not null);
        Assert.Null(await LeaseAsync(store, Rows.New().Hash, Long));
    }

    [Fact]
    public async Task New_sealed_part_is_seen_by_every_process_and_gives_the_lease_back()
    {
        var store = await OpenAsync();
        var other = await OpenAsync(store);
        var row = Rows.New();
        await store.InsertAsync(row, Cancel);
        var lease = await LeaseAsync(store, row.Hash, Long);

        var written = await store.ReplaceAsync(lease!, Rows.Text("new"), Cancel);

        var found = await other.FindAsync(row.Hash, Cancel);
        Assert.Equal(Rows.Text("new"), found!.Sealed);
        Assert.True(found.Version > lease!.Version);
        Assert.Equal(found.Version, written);
        Assert.Equal(row.ExpiresAt, found.ExpiresAt);
        Assert.NotNull(await LeaseAsync(other, row.Hash, Long));
        Assert.Null(await store.ReplaceAsync(lease, Rows.Text("twice"), Cancel));
    }

    [Fact]
    public async Task Lease_runs_out_and_its_late_holder_writes_nothing()
    {
        var store = await OpenAsync();
        var other = await OpenAsync(store);
        var row = Rows.New();
        await store.InsertAsync(row, Cancel);
        var late = await LeaseAsync(store, row.Hash, TimeSpan.FromMilliseconds(100));

        RefreshLease? next = null;
        await Deadline.UntilAsync(async () => (next = await LeaseAsync(other, row.Hash, Long)) is not null, "the lease runs out");

        Assert.True(next!.Version > late!.Version);
        Assert.Null(await store.ReplaceAsync(late, Rows.Text("late"), Cancel));
        await store.ReleaseAsync(late, Cancel);
        Assert.Null(await LeaseAsync(store, row.Hash, Long));
        Assert.NotNull(await other.ReplaceAsync(next, Rows.Text("next"), Cancel));
        Assert.Equal(Rows.Text("next"), (await store.FindAsync(row.Hash, Cancel))!.Sealed);
    }

    [Fact]
    public async Task Released_lease_is_free_at_once()
    {
        var store = await OpenAsync();
        var row = Rows.New();
        await store.InsertAsync(row, Cancel);
        var lease = await LeaseAsync(store, row.Hash, Long);

        await store.ReleaseAsync(lease!, Cancel);

        Assert.NotNull(await LeaseAsync(store, row.Hash, Long));
        Assert.Equal(row.Sealed, (await store.FindAsync(row.Hash, Cancel))!.Sealed);
    }

    [Fact]
    public async Task Refresh_that_ends_after_a_logout_brings_nothing_back()
    {
        var store = await OpenAsync();
        var row = Rows.New();
        await store.InsertAsync(row, Cancel);
        var lease = await LeaseAsync(store, row.Hash, Long);
        await store.DeleteAsync(row.Hash, Cancel);

        Assert.Null(await store.ReplaceAsync(lease!, Rows.Text("zombie"), Cancel));

        Assert.Null(await store.FindAsync(row.Hash, Cancel));
        Assert.Empty(await store.ListAsync(new SessionFilter(), 9, Cancel));
    }

    [Fact]
    public async Task Lease_is_on_what_was_read_and_nothing_else()
    {
        var store = await OpenAsync();
        var other = await OpenAsync(store);
        var row = Rows.New();
        await store.InsertAsync(row, Cancel);
        var read = (await other.FindAsync(row.Hash, Cancel))!.Version;
        await store.ReplaceAsync((await LeaseAsync(store, row.Hash, Long))!, Rows.Text("new"), Cancel);

        Assert.Null(await other.LeaseRefreshAsync(Ask(row.Hash, read), Long, TimeSpan.Zero, Cancel));
    }

    [Fact]
    public async Task Lease_that_was_not_given_back_is_left_to_its_holder_as_long_as_patience_says()
    {
        var store = await OpenAsync();
        var other = await OpenAsync(store);
        var row = Rows.New();
        await store.InsertAsync(row, Cancel);
        var late = (await LeaseAsync(store, row.Hash, TimeSpan.FromMilliseconds(50)))!;
        await Deadline.UntilAsync(async () => (await LeaseAsync(other, row.Hash, Long, Long)) is null && await IsFreeWithoutPatienceAsync(other, row), "the lease has run out");

        Assert.Null(await LeaseAsync(other, row.Hash, Long, Long));
        Assert.Null(await store.ReplaceAsync(late, Rows.Text("late"), Cancel));
    }

    [Fact]
    public async Task Held_lease_lives_on_and_what_is_written_meanwhile_counts()
    {
        var store = await OpenAsync();
        var other = await OpenAsync(store);
        var row = Rows.New();
        await store.InsertAsync(row, Cancel);
        var lease = (await LeaseAsync(store, row.Hash, TimeSpan.FromMilliseconds(50)))!;

        var held = await store.HoldAsync(lease, null, Long, Cancel);
        Assert.Equal(lease, held);
        Assert.Null(await LeaseAsync(other, row.Hash, Long));
        held = await store.HoldAsync(lease, Rows.Text("meanwhile"), Long, Cancel);

        Assert.True(held!.Version > lease.Version);
        Assert.Equal(Rows.Text("meanwhile"), (await other.FindAsync(row.Hash, Cancel))!.Sealed);
        Assert.Null(await LeaseAsync(other, row.Hash, Long));
        Assert.NotNull(await store.ReplaceAsync(held, Rows.Text("new"), Cancel));
        Assert.Null(await store.HoldAsync(held, Rows.Text("late"), Long, Cancel));
        Assert.False(await store.DeleteAsync(held, Cancel));
        Assert.Equal(Rows.Text("new"), (await other.FindAsync(row.Hash, Cancel))!.Sealed);
    }

    /// <summary>A call that was done and whose answer was lost is made again with what the holder knew before.</summary>
    [Fact]
    public async Task Holder_whose_answers_are_lost_goes_on_and_nobody_comes_between()
    {
        var store = await OpenAsync();
        var other = await OpenAsync(store);
        var row = Rows.New();
        await store.InsertAsync(row, Cancel);
        var asked = Ask(row.Hash, 0);

        Assert.NotNull(await store.LeaseRefreshAsync(asked, Long, Long, Cancel));
        Assert.Null(await LeaseAsync(other, row.Hash, Long));
        var lease = (await store.LeaseRefreshAsync(asked with { Version = (await store.FindAsync(row.Hash, Cancel))!.Version }, Long, Long, Cancel))!;
        Assert.NotNull(await store.HoldAsync(lease, Rows.Text("note"), Long, Cancel));
        Assert.NotNull(await store.HoldAsync(lease, Rows.Text("note"), Long, Cancel));
        var first = await store.ReplaceAsync(lease, Rows.Text("new"), Cancel);
        var second = await store.ReplaceAsync(lease, Rows.Text("new"), Cancel);

        var found = (await other.FindAsync(row.Hash, Cancel))!;
        Assert.Equal((found.Version, found.Version), (first, second));
        Assert.Equal(Rows.Text("new"), found.Sealed);
        Assert.Null(await store.HoldAsync(lease, Rows.Text("note"), Long, Cancel));
        Assert.Null(await store.LeaseRefreshAsync(asked, Long, TimeSpan.Zero, Cancel));
        Assert.NotNull(await LeaseAsync(other, row.Hash, Long));
    }

    [Fact]
    public async Task Holder_that_lost_the_lease_changes_nothing_whatever_it_knows()
    {
        var store = await OpenAsync();
        var other = await OpenAsync(store);
        var row = Rows.New();
        await store.InsertAsync(row, Cancel);
        var late = (await LeaseAsync(store, row.Hash, TimeSpan.FromMilliseconds(1)))!;
        RefreshLease? next = null;
        await Deadline.UntilAsync(async () => (next = await LeaseAsync(other, row.Hash, Long)) is not null, "the lease runs out");
        late = late with { Version = next!.Version };

        Assert.Null(await store.HoldAsync(late, Rows.Text("late"), Long, Cancel));
        Assert.Null(await store.ReplaceAsync(late, Rows.Text("late"), Cancel));
        Assert.False(await store.DeleteAsync(late, Cancel));
        Assert.Null(await store.LeaseRefreshAsync(late, Long, Long, Cancel));
        Assert.NotNull(await other.ReplaceAsync(next, Rows.Text("next"), Cancel));
    }

    [Fact]
    public async Task Holder_ends_what_it_has_leased()
    {
        var store = await OpenAsync();
        var row = Rows.New();
        await store.InsertAsync(row, Cancel);
        var lease = (await LeaseAsync(store, row.Hash, Long))!;

        Assert.True(await store.DeleteAsync(lease, Cancel));

        Assert.Null(await store.FindAsync(row.Hash, Cancel));
        Assert.False(await store.DeleteAsync(lease, Cancel));
        Assert.Null(await store.HoldAsync(lease, Rows.Text("zombie"), Long, Cancel));
    }

    private static async Task<bool> IsFreeWithoutPatienceAsync(ISessionStore store, SessionRow row) => await LeaseAsync(store, row.Hash, TimeSpan.FromMilliseconds(1)) is not null;

    private static async Task<RefreshLease?> LeaseAsync(ISessionStore store, SessionHash hash, TimeSpan duration, TimeSpan patience = default) =>
        await store.LeaseRefreshAsync(Ask(hash, (await store.FindAsync(hash, Cancel))?.Version ?? 0), duration, patience, Cancel);

    private static RefreshLease Ask(SessionHash hash, long version) => new(hash, version, RefreshLease.NewHolder());
}
