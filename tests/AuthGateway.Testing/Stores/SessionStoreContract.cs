using System.Security.Cryptography;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Testing.Stores;

/// <summary>What every store promises: rows here, leases, logout notices and changes in the files beside.</summary>
public abstract partial class SessionStoreContract
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>An empty store, and with <paramref name="sameAs"/> another process on that one.</summary>
    private protected abstract Task<ISessionStore> OpenAsync(ISessionStore? sameAs = null);

    [Fact]
    public async Task Stored_session_is_found_byte_for_byte_by_every_process()
    {
        var store = await OpenAsync();
        var other = await OpenAsync(store);
        var row = Rows.New(sid: "s-1") with { Sealed = RandomNumberGenerator.GetBytes(200_000), Nonce = "n", UserAgent = "Mozilla", Address = "10.0.0.1" };

        Assert.True(await store.InsertAsync(row, Cancel));

        var found = await other.FindAsync(row.Hash, Cancel);
        Assert.NotNull(found);
        Assert.Equal(row.Sealed, found.Sealed);
        Assert.Equal((row.Hash, row.CreatedAt, row.ExpiresAt, row.LastUsedAt, row.AuthenticatedAt), (found.Hash, found.CreatedAt, found.ExpiresAt, found.LastUsedAt, found.AuthenticatedAt));
        Assert.Null(await store.FindAsync(Rows.New().Hash, Cancel));
    }

    [Fact]
    public async Task Ended_session_is_gone_for_every_process()
    {
        var store = await OpenAsync();
        var other = await OpenAsync(store);
        var row = Rows.New();
        await store.InsertAsync(row, Cancel);

        Assert.True(await other.DeleteAsync(row.Hash, Cancel));

        Assert.False(await store.DeleteAsync(row.Hash, Cancel));
        Assert.Null(await store.FindAsync(row.Hash, Cancel));
        Assert.Empty(await store.ListAsync(new SessionFilter { Subject = row.Subject }, 10, Cancel));
    }

    [Fact]
    public async Task Last_use_goes_forward_only_and_wakes_no_dead_session()
    {
        var store = await OpenAsync();
        var (live, dead) = (Rows.New(), Rows.New());
        await store.InsertAsync(live, Cancel);

        await store.TouchAsync([new(live.Hash, Rows.Now.AddSeconds(50)), new(dead.Hash, Rows.Now.AddSeconds(50))], Cancel);
        await store.TouchAsync([new(live.Hash, Rows.Now.AddSeconds(20))], Cancel);

        Assert.Equal(Rows.Now.AddSeconds(50), (await store.FindAsync(live.Hash, Cancel))!.LastUsedAt);
        Assert.Null(await store.FindAsync(dead.Hash, Cancel));
    }

    [Fact]
    public async Task Lists_match_every_given_part_last_used_first()
    {
        var store = await OpenAsync();
        var rows = Enumerable.Range(0, 5).Select(i => Rows.New("sub-" + (i % 2), "sid-" + i) with { LastUsedAt = Rows.Now.AddSeconds(i), Nonce = "nonce-" + i }).ToArray();
        foreach (var row in rows)
        {
            await store.InsertAsync(row, Cancel);
        }

        Assert.Equal([rows[4].Hash, rows[2].Hash], Hashes(await store.ListAsync(new SessionFilter { Issuer = Rows.Issuer, Subject = "sub-0" }, 2, Cancel)));
        Assert.Equal([rows[3].Hash], Hashes(await store.ListAsync(new SessionFilter { ProviderSessionId = "sid-3", Subject = "sub-1" }, 9, Cancel)));
        Assert.Equal([rows[1].Hash], Hashes(await store.ListAsync(new SessionFilter { Nonce = "nonce-1" }, 9, Cancel)));
        Assert.Equal([rows[3].Hash, rows[1].Hash], Hashes(await store.ListAsync(new SessionFilter { UserId = "sub-1@example.test" }, 9, Cancel)));
        Assert.Equal(rows.Reverse().Select(row => row.Hash), Hashes(await store.ListAsync(new SessionFilter(), 9, Cancel)));
        Assert.Empty(await store.ListAsync(new SessionFilter { Issuer = "https://another.example.test", Subject = "sub-0" }, 9, Cancel));
    }

    [Fact]
    public async Task Lists_show_the_plain_columns_whatever_characters_they_hold()
    {
        var store = await OpenAsync();
        var row = Rows.New("sub }{ \"'; DROP TABLE sessions; --\n:*", "sid with blanks") with { UserId = "анна@пример.рф", UserAgent = "A \0 B", Address = "2001:db8::1" };
        await store.InsertAsync(row, Cancel);

        var listed = Assert.Single(await store.ListAsync(new SessionFilter { Subject = row.Subject, ProviderSessionId = row.ProviderSessionId, UserId = row.UserId }, 9, Cancel));

        Assert.Equal(
            (row.Hash, row.CreatedAt, row.ExpiresAt, row.LastUsedAt, row.Issuer, row.Subject, row.ProviderSessionId, row.UserId, row.UserAgent, row.Address),
            (listed.Hash, listed.CreatedAt, listed.ExpiresAt, listed.LastUsedAt, listed.Issuer, listed.Subject, listed.ProviderSessionId, listed.UserId, listed.UserAgent, listed.Address));
    }

    [Fact]
    public async Task Live_ones_are_told_from_dead_ones()
    {
        var store = await OpenAsync();
        var rows = Enumerable.Range(0, 20).Select(_ => Rows.New()).ToArray();
        foreach (var row in rows)
        {
            await store.InsertAsync(row, Cancel);
        }

        await store.DeleteAsync(rows[7].Hash, Cancel);

        var live = await store.FindLiveAsync([.. rows.Select(row => row.Hash), Rows.New().Hash], Cancel);
        Assert.Equal(rows.Where((_, i) => i != 7).Select(row => row.Hash).ToHashSet(), live);
        Assert.Empty(await store.FindLiveAsync([], Cancel));
    }

    [Fact]
    public async Task Sweep_deletes_what_is_past_its_end_in_steps_and_nothing_else()
    {
        var store = await OpenAsync();
        var old = Enumerable.Range(0, 5).Select(_ => Rows.New() with { ExpiresAt = Rows.Now.AddSeconds(-1) }).ToArray();
        var young = Rows.New() with { ExpiresAt = Rows.Now.AddHours(9) };
        foreach (var row in old.Append(young))
        {
            await store.InsertAsync(row, Cancel);
        }

        var later = Rows.Now;
        Assert.Equal(0, await store.DeleteExpiredAsync(Rows.Now.AddSeconds(-2), 100, Cancel));
        Assert.Equal(3, await store.DeleteExpiredAsync(later, 3, Cancel));
        Assert.Equal(2, await store.DeleteExpiredAsync(later, 3, Cancel));
        Assert.Equal(0, await store.DeleteExpiredAsync(later, 3, Cancel));

        Assert.Equal([young.Hash], Hashes(await store.ListAsync(new SessionFilter(), 9, Cancel)));
        Assert.Null(await store.FindAsync(old[0].Hash, Cancel));
    }

    [Fact]
    public async Task Session_used_within_the_idle_time_is_not_deleted_as_idle()
    {
        var store = await OpenAsync();
        var row = Rows.New() with { LastUsedAt = DateTimeOffset.UtcNow.AddMinutes(-9) };
        await store.InsertAsync(row, Cancel);

        Assert.False(await store.DeleteAsync(row.Hash, TimeSpan.FromMinutes(10), Cancel));
        Assert.NotNull(await store.FindAsync(row.Hash, Cancel));
        Assert.True(await store.DeleteAsync(row.Hash, TimeSpan.FromMinutes(9), Cancel));
        Assert.False(await store.DeleteAsync(row.Hash, TimeSpan.FromMinutes(9), Cancel));
        Assert.Null(await store.FindAsync(row.Hash, Cancel));
    }

    [Fact]
    public async Task Thousand_sessions_stored_at_once_are_all_there()
    {
        var store = await OpenAsync();
        var rows = Enumerable.Range(0, 1000).Select(i => Rows.New("sub-" + i)).ToArray();

        Assert.All(await Task.WhenAll(rows.Select(row => store.InsertAsync(row, Cancel))), Assert.True);

        Assert.Equal(1000, (await store.FindLiveAsync([.. rows.Select(row => row.Hash)], Cancel)).Count);
        Assert.Equal(1000, (await store.ListAsync(new SessionFilter(), 2000, Cancel)).Count);
    }

    [Fact]
    public async Task Store_in_order_passes_its_check()
    {
        var store = await OpenAsync();

        await store.CheckAsync(Cancel);
        await store.CheckAsync(Cancel);
    }

    private static IEnumerable<SessionHash> Hashes(IEnumerable<SessionSummary> list) => list.Select(item => item.Hash);
}
