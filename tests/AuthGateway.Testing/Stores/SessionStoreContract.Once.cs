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

        var taken = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => (i % 2 == 0 ? store : other).TakeOnceAsync(OncePurpose.Callback, id, Long, Cancel)));

        Assert.Single(taken, first => first);
        Assert.False(await other.TakeOnceAsync(OncePurpose.Callback, id, Long, Cancel));
    }

    [Fact]
    public async Task Another_purpose_or_another_id_is_another_thing()
    {
        var store = await OpenAsync();
        Assert.True(await store.TakeOnceAsync(OncePurpose.Callback, OnceId.Of("a", "bc"), Long, Cancel));

        Assert.True(await store.TakeOnceAsync("another purpose", OnceId.Of("a", "bc"), Long, Cancel));
        Assert.True(await store.TakeOnceAsync(OncePurpose.Callback, OnceId.Of("ab", "c"), Long, Cancel));
        Assert.False(await store.TakeOnceAsync(OncePurpose.Callback, OnceId.Of("a", "bc"), Long, Cancel));
    }

    [Fact]
    public async Task What_was_taken_is_forgotten_after_its_life_and_not_before()
    {
        var store = await OpenAsync();
        var other = await OpenAsync(store);
        var (brief, lasting) = (OnceId.Of("brief"), OnceId.Of("lasting"));
        Assert.True(await store.TakeOnceAsync("another purpose", brief, TimeSpan.FromMilliseconds(100), Cancel));
        Assert.True(await store.TakeOnceAsync("another purpose", lasting, Long, Cancel));

        await Deadline.UntilAsync(() => other.TakeOnceAsync("another purpose", brief, Long, Cancel), "forgotten");

        Assert.False(await store.TakeOnceAsync("another purpose", brief, Long, Cancel));
        Assert.False(await other.TakeOnceAsync("another purpose", lasting, Long, Cancel));
    }

    [Fact]
    public async Task What_was_taken_is_swept_away_after_its_life()
    {
        var store = await OpenAsync();
        Assert.True(await store.TakeOnceAsync("another purpose", OnceId.Of("old"), Long, Cancel));

        await store.DeleteExpiredAsync(Rows.Now.AddSeconds(-1), 100, Cancel);
        Assert.False(await store.TakeOnceAsync("another purpose", OnceId.Of("old"), Long, Cancel));

        Assert.Equal(0, await SweptAsync(store));
    }

    /// <summary>What a second sweep after everything's end still finds.</summary>
    private static async Task<int> SweptAsync(ISessionStore store)
    {
        await store.DeleteExpiredAsync(Rows.Now.AddDays(1), 100, Cancel);
        return await store.DeleteExpiredAsync(Rows.Now.AddDays(1), 100, Cancel);
    }
}
