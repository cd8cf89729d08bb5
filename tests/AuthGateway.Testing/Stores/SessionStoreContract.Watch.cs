using AuthGateway.Sessions.Store;

namespace AuthGateway.Testing.Stores;

// Changes: what another process does is noticed within a second; a store that cannot tell says that something happened.
public abstract partial class SessionStoreContract
{
    [Fact]
    public async Task Listening_begins_with_reading_everything_again()
    {
        await using var ears = new Ears(await OpenAsync());

        await Deadline.UntilAsync(() => ears.Heard.Any(change => change is StoreChange.Unknown), "the first change");
    }

    [Theory]
    [InlineData("ended")]
    [InlineData("ended by the provider")]
    [InlineData("swept")]
    [InlineData("replaced")]
    public async Task Change_by_another_process_is_noticed_within_a_second(string what)
    {
        var store = await OpenAsync();
        var other = await OpenAsync(store);
        var row = Rows.New();
        if (what != "swept")
        {
            await store.InsertAsync(row, Cancel);
        }

        await using var ears = new Ears(store);
        await Deadline.UntilAsync(() => !ears.Heard.IsEmpty, "listening");
        ears.Heard.Clear();

        await ChangeAsync(other, row, what);

        await Deadline.UntilAsync(() => ears.Heard.Any(change => Tells(change, row.Hash, what == "replaced")), what, seconds: 1);
    }

    private static Task ChangeAsync(ISessionStore store, SessionRow row, string what) => what switch
    {
        "ended" => store.DeleteAsync(row.Hash, Cancel),
        "ended by the provider" => store.EndByProviderAsync(Rows.Notice("sub-alice"), Cancel),
        "swept" => SweepAsync(store, row),
        _ => ReplaceAsync(store, row),
    };

    private static async Task SweepAsync(ISessionStore store, SessionRow row)
    {
        await store.InsertAsync(row with { ExpiresAt = DateTimeOffset.UtcNow.AddSeconds(-1) }, Cancel);
        Assert.Equal(1, await store.DeleteExpiredAsync(Rows.Now.AddDays(1), 10, Cancel));
    }

    private static async Task ReplaceAsync(ISessionStore store, SessionRow row) =>
        Assert.NotNull(await store.ReplaceAsync((await LeaseAsync(store, row.Hash, TimeSpan.FromMinutes(1)))!, Rows.Text("new"), Cancel));

    private static bool Tells(StoreChange change, SessionHash hash, bool isReplaced) => change switch
    {
        StoreChange.Ended(var ended) => !isReplaced && ended == hash,
        StoreChange.Replaced(var replaced) => isReplaced && replaced == hash,
        _ => true,
    };
}
