using AuthGateway.Sessions.Store;

namespace AuthGateway.Testing.Stores;

// Take once: of all processes one is told that it was the first.
public abstract partial class SessionStoreContract
{
    [Fact]
    public async Task One_of_many_takes_what_may_be_used_once()
    {
        var store = await OpenAsync();
        var other = await OpenAsync(store);
        var id = OnceId.Of("attempt-1");

        var taken = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => (i % 2 == 0 ? store : other).TakeOnceAsync(OncePurpose.Callback, id, Taker(), Long, Cancel)));

        Assert.Single(taken, first => first);
        Assert.False(await other.TakeOnceAsync(OncePurpose.Callback, id, Taker(), Long, Cancel));
    }

    [Fact]
    public async Task Another_purpose_or_another_id_is_another_thing()
    {
        var store = await OpenAsync();
        Assert.True(await store.TakeOnceAsync(OncePurpose.Callback, OnceId.Of("a", "bc"), Taker(), Long, Cancel));

        Assert.True(await store.TakeOnceAsync("another purpose", OnceId.Of("a", "bc"), Taker(), Long, Cancel));
        Assert.True(await store.TakeOnceAsync(OncePurpose.Callback, OnceId.Of("ab", "c"), Taker(), Long, Cancel));
        Assert.False(await store.TakeOnceAsync(OncePurpose.Callback, OnceId.Of("a", "bc"), Taker(), Long, Cancel));
    }

    [Fact]
    public async Task What_was_taken_is_forgotten_after_its_life_and_not_before()
    {
        var store = await OpenAsync();
        var other = await OpenAsync(store);
        var (brief, lasting) = (OnceId.Of("brief"), OnceId.Of("lasting"));
        Assert.True(await store.TakeOnceAsync("another purpose", brief, Taker(), TimeSpan.FromMilliseconds(100), Cancel));
        Assert.True(await store.TakeOnceAsync("another purpose", lasting, Taker(), Long, Cancel));

        await Deadline.UntilAsync(() => other.TakeOnceAsync("another purpose", brief, Taker(), Long, Cancel), "forgotten");

        Assert.False(await store.TakeOnceAsync("another purpose", brief, Taker(), Long, Cancel));
        Assert.False(await other.TakeOnceAsync("another purpose", lasting, Taker(), Long, Cancel));
    }

    [Fact]
    public async Task What_was_taken_is_swept_away_after_its_life()
    {
        var store = await OpenAsync();
        Assert.True(await store.TakeOnceAsync("another purpose", OnceId.Of("old"), Taker(), Long, Cancel));

        await store.DeleteExpiredAsync(Rows.Now.AddSeconds(-1), 100, Cancel);
        Assert.False(await store.TakeOnceAsync("another purpose", OnceId.Of("old"), Taker(), Long, Cancel));

        Assert.Equal(0, await SweptAsync(store));
    }

    [Fact]
    public async Task Taker_whose_answer_was_lost_is_told_again_and_nobody_else_is()
    {
        var store = await OpenAsync();
        var other = await OpenAsync(store);
        var (id, taker) = (OnceId.Of("attempt-2"), Taker());
        Assert.True(await store.TakeOnceAsync(OncePurpose.Callback, id, taker, Long, Cancel));

        Assert.True(await store.TakeOnceAsync(OncePurpose.Callback, id, taker, Long, Cancel));
        Assert.False(await other.TakeOnceAsync(OncePurpose.Callback, id, Taker(), Long, Cancel));
        Assert.True(await other.TakeOnceAsync(OncePurpose.Callback, id, taker, Long, Cancel));
    }

    [Fact]
    public async Task Taker_may_end_its_mark_and_nobody_else_may()
    {
        var store = await OpenAsync();
        var other = await OpenAsync(store);
        var (id, taker) = (OnceId.Of("attempt-3"), Taker());
        Assert.True(await store.TakeOnceAsync(OncePurpose.Callback, id, taker, Long, Cancel));
        Assert.False(await other.TakeOnceAsync(OncePurpose.Callback, id, Taker(), TimeSpan.FromMilliseconds(1), Cancel));
        await Task.Delay(50, Cancel);
        Assert.False(await other.TakeOnceAsync(OncePurpose.Callback, id, Taker(), Long, Cancel));

        Assert.True(await other.TakeOnceAsync(OncePurpose.Callback, id, taker, TimeSpan.FromMilliseconds(1), Cancel));

        await Deadline.UntilAsync(() => store.TakeOnceAsync(OncePurpose.Callback, id, Taker(), Long, Cancel), "ended");
    }

    private static string Taker() => Guid.NewGuid().ToString("N");

    /// <summary>What a second sweep after everything's end still finds.</summary>
    private static async Task<int> SweptAsync(ISessionStore store)
    {
        await store.DeleteExpiredAsync(Rows.Now.AddDays(1), 100, Cancel);
        return await store.DeleteExpiredAsync(Rows.Now.AddDays(1), 100, Cancel);
    }
}
