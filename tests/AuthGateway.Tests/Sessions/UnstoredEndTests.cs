using AuthGateway.Access;
using AuthGateway.Configuration;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Maintenance;
using AuthGateway.Sessions.Store;
using AuthGateway.Sessions.Store.Sqlite;
using Microsoft.Data.Sqlite;

namespace AuthGateway.Tests.Sessions;

/// <summary>An end that the store could not take holds in this process for as long as it waits, and the store's health is what it can write.</summary>
public sealed class UnstoredEndTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly TempFolder _folder = new();
    private readonly PendingSessionEnds _unstored = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Row_that_is_still_there_brings_no_ended_session_back()
    {
        var cache = new SessionCache(_unstored);
        var session = Row();
        cache.End(session.Hash, Now);
        _unstored.Add(session.Hash, Now.AddDays(1));

        cache.Sweep(Now.AddMinutes(10));
        Assert.Null(cache.Add(session));

        _unstored.Remove(session.Hash);
        Assert.NotNull(cache.Add(Row(session.Hash)));
    }

    [Fact]
    public void Notice_that_waits_covers_sessions_that_were_not_in_memory_when_it_came()
    {
        var cache = new SessionCache(_unstored);
        var notice = new LogoutNotice { Issuer = "i", Subject = "sub", IssuedAt = Now, TokenId = "1", RememberUntil = Now.AddMinutes(10) };
        _unstored.Add(notice, Now.AddDays(1));

        Assert.Null(cache.Add(Row()));
        Assert.NotNull(cache.Add(Row(subject: "another")));
        Assert.NotNull(cache.Add(Row(authenticatedAt: Now.AddSeconds(1))));

        _unstored.Drop(Now.AddDays(2));
        Assert.True(_unstored.IsEmpty);
    }

    [Fact]
    public async Task Check_of_the_store_writes()
    {
        using var store = new SqliteSessionStore(new AuthGateway.Configuration.SessionOptions { StorePath = _folder.File("data.db"), Secrets = SecretSource.Empty }, TimeProvider.System);
        await store.CheckAsync(TestContext.Current.CancellationToken);
        var before = Beats();

        await store.CheckAsync(TestContext.Current.CancellationToken);

        Assert.Equal(before + 1, Beats());
    }

    [Fact]
    public async Task Impossible_time_in_one_row_keeps_no_other_from_being_listed_and_found()
    {
        await using var rig = await GatewayRig.StartAsync();
        var damaged = rig.SessionOf(await rig.LogInAsync(ProviderUser.Bob));
        var healthy = rig.SessionOf(await rig.LogInAsync(ProviderUser.Alice));
        await rig.StopServerAsync();
        using (var connection = new SqliteConnection($"Data Source={rig.StorePath};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE sessions SET used = 9000000000000000, created = -9000000000000000 WHERE user LIKE 'bob%'";
            Assert.Equal(1, command.ExecuteNonQuery());
        }

        await rig.StartAgainAsync(waitUntilReady: true);

        Assert.Equal(2, (await rig.SharedServices.GetRequiredService<ISessionStore>().ListAsync(new SessionFilter(), 10, TestContext.Current.CancellationToken)).Count);
        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Cookie: authservice_session=" + healthy)).Status);
        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Cookie: authservice_session=" + damaged)).Status);
    }

    private long Beats()
    {
        using var connection = new SqliteConnection($"Data Source={_folder.File("data.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT beats FROM heartbeat";
        return (long)command.ExecuteScalar()!;
    }

    private static Session Row(SessionHash? hash = null, string subject = "sub", DateTimeOffset? authenticatedAt = null) => new()
    {
        Hash = hash ?? SessionId.New().Hash,
        CreatedAt = Now,
        ExpiresAt = Now.AddDays(1),
        LastUsedAt = Now,
        AuthenticatedAt = authenticatedAt ?? Now,
        Content = new SessionContent
        {
            Identity = new AuthGateway.Access.Identity { UserId = "u", RawUserId = "u", Subject = subject, Groups = [] },
            Version = 1,
            EndsAt = Now.AddDays(1),
            RefreshDueAt = DateTimeOffset.MaxValue,
            RefreshDueAtRest = DateTimeOffset.MaxValue,
            UnconfirmedAfter = DateTimeOffset.MaxValue,
        },
    };
}
