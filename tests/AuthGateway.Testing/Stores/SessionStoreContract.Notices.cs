using AuthGateway.Sessions.Store;

namespace AuthGateway.Testing.Stores;

// Logout notices of the provider: what they end, what they refuse later, and that each counts once.
public abstract partial class SessionStoreContract
{
    [Fact]
    public async Task Notice_by_sid_ends_that_provider_session_alone()
    {
        var store = await OpenAsync();
        var (meant, same, another) = (Rows.New(sid: "s-1"), Rows.New(sid: "s-1"), Rows.New(sid: "s-2"));
        var foreign = Rows.New(sid: "s-1") with { Issuer = "https://another.example.test" };
        await InsertAsync(store, meant, same, another, foreign);

        var outcome = await store.EndByProviderAsync(Rows.Notice("sub-alice", "s-1"), Cancel);

        Assert.False(outcome.IsReplay);
        Assert.Equal(new[] { meant.Hash, same.Hash }.ToHashSet(), outcome.Ended.ToHashSet());
        Assert.Equal(new[] { another.Hash, foreign.Hash }.ToHashSet(), await store.FindLiveAsync([meant.Hash, same.Hash, another.Hash, foreign.Hash], Cancel));
    }

    [Fact]
    public async Task Notice_by_subject_ends_all_their_logins_that_are_not_younger()
    {
        var store = await OpenAsync();
        var (older, equal, younger, somebody) = (Rows.New(authenticated: Rows.Now.AddSeconds(-9)), Rows.New(sid: "s-1"), Rows.New(authenticated: Rows.Now.AddSeconds(1)), Rows.New("sub-bob"));
        await InsertAsync(store, older, equal, younger, somebody);

        var outcome = await store.EndByProviderAsync(Rows.Notice("sub-alice"), Cancel);

        Assert.Equal(new[] { older.Hash, equal.Hash }.ToHashSet(), outcome.Ended.ToHashSet());
        Assert.NotNull(await store.FindAsync(younger.Hash, Cancel));
        Assert.NotNull(await store.FindAsync(somebody.Hash, Cancel));
    }

    [Fact]
    public async Task Second_notice_of_the_same_id_is_a_replay_and_does_nothing()
    {
        var store = await OpenAsync();
        var other = await OpenAsync(store);
        var notice = Rows.Notice("sub-alice");
        await store.EndByProviderAsync(notice, Cancel);
        var later = Rows.New(authenticated: Rows.Now.AddSeconds(1));
        await InsertAsync(store, later);

        var outcome = await other.EndByProviderAsync(notice with { IssuedAt = Rows.Now.AddSeconds(5) }, Cancel);

        Assert.True(outcome.IsReplay);
        Assert.Empty(outcome.Ended);
        Assert.NotNull(await store.FindAsync(later.Hash, Cancel));
        Assert.False((await store.EndByProviderAsync(notice with { Issuer = "https://another.example.test" }, Cancel)).IsReplay);
    }

    [Fact]
    public async Task Login_that_a_notice_overtook_is_not_stored()
    {
        var store = await OpenAsync();
        await store.EndByProviderAsync(Rows.Notice("sub-alice", "s-1"), Cancel);
        await store.EndByProviderAsync(Rows.Notice("sub-bob"), Cancel);
        var (bySid, bySubject) = (Rows.New(sid: "s-1"), Rows.New("sub-bob", "s-9"));

        Assert.False(await store.InsertAsync(bySid, Cancel));
        Assert.False(await store.InsertAsync(bySubject, Cancel));

        Assert.Empty(await store.ListAsync(new SessionFilter(), 9, Cancel));
        Assert.Null(await store.FindAsync(bySid.Hash, Cancel));
        Assert.True(await store.InsertAsync(Rows.New(sid: "s-1", authenticated: Rows.Now.AddSeconds(1)), Cancel));
        Assert.True(await store.InsertAsync(Rows.New(sid: "s-2"), Cancel));
        Assert.True(await store.InsertAsync(Rows.New(), Cancel));
        Assert.True(await store.InsertAsync(bySubject with { Issuer = "https://another.example.test" }, Cancel));
    }

    [Fact]
    public async Task Older_notice_that_comes_late_does_not_shorten_a_newer_one()
    {
        var store = await OpenAsync();
        await store.EndByProviderAsync(Rows.Notice("sub-alice", issued: Rows.Now.AddSeconds(10)), Cancel);
        await store.EndByProviderAsync(Rows.Notice("sub-alice", issued: Rows.Now.AddSeconds(-10)), Cancel);

        Assert.False(await store.InsertAsync(Rows.New(authenticated: Rows.Now.AddSeconds(9)), Cancel));
        Assert.True(await store.InsertAsync(Rows.New(authenticated: Rows.Now.AddSeconds(11)), Cancel));
    }

    [Fact]
    public async Task No_login_slips_past_a_notice_that_comes_at_the_same_moment()
    {
        var store = await OpenAsync();
        var other = await OpenAsync(store);
        var rows = Enumerable.Range(0, 200).Select(_ => Rows.New()).ToArray();

        var logins = rows.Select((row, i) => (i % 2 == 0 ? store : other).InsertAsync(row, Cancel)).ToArray();
        await other.EndByProviderAsync(Rows.Notice("sub-alice"), Cancel);
        await Task.WhenAll(logins);

        Assert.Empty(await store.FindLiveAsync([.. rows.Select(row => row.Hash)], Cancel));
    }

    private static async Task InsertAsync(ISessionStore store, params SessionRow[] rows)
    {
        foreach (var row in rows)
        {
            Assert.True(await store.InsertAsync(row, Cancel));
        }
    }
}
