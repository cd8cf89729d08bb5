using AuthGateway.Sessions.Store;
using AuthGateway.Sessions.Store.Sqlite;
using AuthGateway.Testing.Stores;
using Microsoft.Data.Sqlite;

namespace AuthGateway.Tests.Sessions;

/// <summary>The watch over other processes' commits only reads.</summary>
public sealed class SqliteWatchTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly SqliteSessionStore _store;

    public SqliteWatchTests() => _store = NewStore();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Change_is_noticed_within_a_second_while_another_process_holds_the_lock_for_writing()
    {
        var row = Rows.New();
        await _store.InsertAsync(row, Cancel);
        await using var ears = new Ears(_store);
        await Deadline.UntilAsync(() => !ears.Heard.IsEmpty, "listening");
        ears.Heard.Clear();
        using var other = new SqliteConnection($"Data Source={_folder.File("data.db")};Pooling=False");
        other.Open();

        Execute(other, "DELETE FROM sessions; BEGIN IMMEDIATE");

        await Deadline.UntilAsync(() => !ears.Heard.IsEmpty, "the change", seconds: 1);
        Execute(other, "ROLLBACK");
    }

    [Fact]
    public async Task Own_commits_are_no_changes_and_those_after_them_are_noticed()
    {
        using var other = NewStore();
        await using var ears = new Ears(_store);
        await Deadline.UntilAsync(() => !ears.Heard.IsEmpty, "listening");
        ears.Heard.Clear();
        var row = Rows.New();
        await _store.InsertAsync(row, Cancel);
        await Task.Delay(SqliteWatch.Interval * 3, Cancel);
        Assert.Empty(ears.Heard);

        await other.DeleteAsync(row.Hash, Cancel);
        await _store.InsertAsync(Rows.New("sub-after"), Cancel);

        await Deadline.UntilAsync(() => !ears.Heard.IsEmpty, "the other's change", seconds: 1);
    }

    [Fact]
    public async Task Watch_goes_on_after_its_file_was_replaced()
    {
        await using var ears = new Ears(_store);
        await Deadline.UntilAsync(() => !ears.Heard.IsEmpty, "listening");
        ears.Heard.Clear();

        foreach (var file in new[] { "data.db", "data.db-wal", "data.db-shm" })
        {
            File.Delete(_folder.File(file));
        }

        await Deadline.UntilAsync(() => !ears.Heard.IsEmpty, "the new file", seconds: 1);
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private SqliteSessionStore NewStore() => new(
        new AuthGateway.Configuration.SessionOptions { StorePath = _folder.File("data.db"), Secrets = AuthGateway.Configuration.SecretSource.Empty }, TimeProvider.System);
}
