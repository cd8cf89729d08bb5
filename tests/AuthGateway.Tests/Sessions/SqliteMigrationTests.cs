using AuthGateway.Configuration;
using AuthGateway.Sessions.Store;
using AuthGateway.Sessions.Store.Sqlite;
using AuthGateway.Testing.Stores;
using Microsoft.Data.Sqlite;

namespace AuthGateway.Tests.Sessions;

/// <summary>A file of version 1 (the first release's tables, written out here once and for all) becomes one of today without a logout.</summary>
public sealed class SqliteMigrationTests : IDisposable
{
    private const string VersionOne = """
        CREATE TABLE sessions(
          hash BLOB PRIMARY KEY, created INTEGER NOT NULL, expires INTEGER NOT NULL, used INTEGER NOT NULL,
          issuer TEXT, subject TEXT, sid TEXT, user TEXT, agent TEXT, address TEXT) WITHOUT ROWID;
        CREATE INDEX sessions_expires ON sessions(expires);
        CREATE INDEX sessions_subject ON sessions(subject);
        CREATE INDEX sessions_sid ON sessions(sid);
        CREATE TABLE payloads(hash BLOB PRIMARY KEY, sealed BLOB NOT NULL);
        CREATE TABLE heartbeat(one INTEGER PRIMARY KEY CHECK (one = 1), beats INTEGER NOT NULL);
        INSERT INTO heartbeat VALUES(1, 0);
        PRAGMA application_id=1095194451;
        PRAGMA user_version=1;
        """;

    private readonly TempFolder _folder = new();
    private readonly SessionRow _row = Rows.New(sid: "s-1");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Session_of_version_one_is_there_after_the_migration()
    {
        var path = WriteVersionOne();

        using var store = Open(path);
        await store.CheckAsync(TestContext.Current.CancellationToken);

        await ExpectSessionAsync(store);
        Assert.Equal([_row.Hash], (await store.EndByProviderAsync(Rows.Notice("sub-alice", "s-1"), TestContext.Current.CancellationToken)).Ended);
    }

    [Fact]
    public async Task Migration_that_was_killed_half_way_begins_again()
    {
        var path = WriteVersionOne();
        using (var killed = StoreFile.Open(path))
        {
            StoreFile.Execute(killed, "PRAGMA journal_mode=WAL; PRAGMA cache_spill=1; BEGIN IMMEDIATE; ALTER TABLE sessions ADD COLUMN authenticated INTEGER NOT NULL DEFAULT 0; ALTER TABLE sessions ADD COLUMN nonce TEXT;");
            CopyAll(path, _folder.File("after-the-kill.db"));
        }

        using var store = Open(_folder.File("after-the-kill.db"));
        await store.CheckAsync(TestContext.Current.CancellationToken);

        await ExpectSessionAsync(store);
    }

    [Fact]
    public async Task Two_processes_that_migrate_at_once_do_it_once()
    {
        var path = WriteVersionOne();
        var stores = Enumerable.Range(0, 4).Select(_ => Open(path)).ToArray();

        await Task.WhenAll(stores.Select(store => store.CheckAsync(TestContext.Current.CancellationToken)));

        foreach (var store in stores)
        {
            await ExpectSessionAsync(store);
            store.Dispose();
        }
    }

    [Fact]
    public async Task Copy_made_by_the_backup_interface_while_logins_go_on_is_whole()
    {
        using var store = Open(_folder.File("data.db"));
        await store.InsertAsync(_row, TestContext.Current.CancellationToken);
        var logins = Enumerable.Range(0, 300).Select(i => store.InsertAsync(Rows.New("sub-" + i), TestContext.Current.CancellationToken)).ToArray();
        using (var source = StoreFile.Open(_folder.File("data.db")))
        using (var copy = StoreFile.Open(_folder.File("copy.db")))
        {
            source.BackupDatabase(copy);
        }

        await Task.WhenAll(logins);
        using var restored = Open(_folder.File("copy.db"));
        await restored.CheckAsync(TestContext.Current.CancellationToken);
        await ExpectSessionAsync(restored);
    }

    private async Task ExpectSessionAsync(SqliteSessionStore store)
    {
        var found = await store.FindAsync(_row.Hash, TestContext.Current.CancellationToken);
        Assert.Equal(_row.Sealed, found!.Sealed);
        Assert.Equal((_row.CreatedAt, _row.ExpiresAt, _row.CreatedAt), (found.CreatedAt, found.ExpiresAt, found.AuthenticatedAt));
    }

    private string WriteVersionOne()
    {
        var path = _folder.File("one.db");
        using var connection = StoreFile.Open(path);
        StoreFile.Execute(connection, VersionOne);
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO sessions VALUES($hash, $created, $expires, $created, $issuer, 'sub-alice', 's-1', 'alice', NULL, NULL); INSERT INTO payloads VALUES($hash, $sealed);";
        command.Parameters.AddWithValue("$hash", _row.Hash.ToArray());
        command.Parameters.AddWithValue("$created", _row.CreatedAt.ToUnixTimeSeconds());
        command.Parameters.AddWithValue("$expires", _row.ExpiresAt.ToUnixTimeSeconds());
        command.Parameters.AddWithValue("$issuer", _row.Issuer);
        command.Parameters.AddWithValue("$sealed", _row.Sealed);
        command.ExecuteNonQuery();
        return path;
    }

    /// <summary>File and log as a killed process leaves them.</summary>
    private static void CopyAll(string from, string to)
    {
        File.Copy(from, to);
        if (File.Exists(from + "-wal"))
        {
            File.Copy(from + "-wal", to + "-wal");
        }
    }

    private static SqliteSessionStore Open(string path) =>
        new(new AuthGateway.Configuration.SessionOptions { StorePath = path, Secrets = AuthGateway.Configuration.SecretSource.Empty }, TimeProvider.System);
}
