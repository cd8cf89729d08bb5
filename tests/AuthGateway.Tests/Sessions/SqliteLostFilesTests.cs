using System.Globalization;
using AuthGateway.Configuration;
using AuthGateway.Sessions.Store;
using AuthGateway.Sessions.Store.Sqlite;
using AuthGateway.Testing.Stores;
using Microsoft.Data.Sqlite;

namespace AuthGateway.Tests.Sessions;

/// <summary>The files beside the database go away or are replaced while it is open: what was acknowledged stays, or its loss is told.</summary>
public sealed class SqliteLostFilesTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly LogCapture _log = new();
    private readonly LoggerFactory _loggers;
    private readonly SqliteSessionStore _store;
    private readonly SessionRow _before = Rows.New();

    public SqliteLostFilesTests()
    {
        _loggers = new LoggerFactory([_log]);
        _store = NewStore(Path);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Path => _folder.File("data.db");

    public void Dispose()
    {
        _store.Dispose();
        _loggers.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Locks_that_keep_other_processes_from_deleting_the_log_outlast_an_error_of_the_writer()
    {
        using var writer = new SqliteWorker("writer", new SqliteFile(Path, IsWriter: true), groupCommit: true);
        using var reader = new SqliteWorker("reader", new SqliteFile(Path, IsWriter: false), groupCommit: false);
        await writer.RunAsync(_ => 0, Cancel);
        await reader.RunAsync(_ => 0, Cancel);
        Assert.NotEqual(0, Locks());

        await Assert.ThrowsAsync<StoreUnavailableException>(() => writer.RunAsync<int>(_ => throw new IOException("No space left on device"), Cancel));
        await writer.RunAsync(_ => 0, Cancel);

        Assert.NotEqual(0, Locks());
    }

    [Theory]
    [InlineData("-wal")]
    [InlineData("-shm")]
    [InlineData("-wal", "-shm")]
    public async Task Deleted_log_is_written_into_the_file_and_nothing_is_lost(params string[] files)
    {
        await OpenAsync();

        Delete(files);

        var after = Rows.New("sub-after");
        await _store.InsertAsync(after, Cancel);
        await ExpectStoredAsync(_before, after);
        Assert.All(new[] { "-wal", "-shm" }, file => Assert.True(File.Exists(Path + file), file + " is there again"));
        Assert.Single(_log.Lines, line => line.Contains("nothing is lost", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Log_that_was_deleted_while_the_writer_is_closed_is_written_back_by_the_reader()
    {
        using var writer = new SqliteWorker("writer", new SqliteFile(Path, IsWriter: true), groupCommit: true);
        using var reader = new SqliteWorker("reader", new SqliteFile(Path, IsWriter: false), groupCommit: false);
        await writer.RunAsync(connection => StoreFile.Scalar(connection, "UPDATE heartbeat SET beats = 41"), Cancel);
        await reader.RunAsync(_ => 0, Cancel);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => writer.RunAsync<int>(_ => throw new IOException("No space left on device"), Cancel));

        Delete("-wal", "-shm");

        Assert.Equal(41L, await reader.RunAsync(connection => StoreFile.Scalar(connection, "SELECT beats FROM heartbeat"), Cancel));
        Assert.Equal(41L, await writer.RunAsync(connection => StoreFile.Scalar(connection, "SELECT beats FROM heartbeat"), Cancel));
    }

    [Fact]
    public async Task Lost_log_stays_open_until_another_process_that_has_the_file_open_ends()
    {
        await OpenAsync();
        var late = Rows.New("sub-late");
        using (var other = Connect())
        {
            Delete("-wal", "-shm");

            var e = await Assert.ThrowsAsync<StoreUnavailableException>(() => _store.InsertAsync(late, Cancel));
            Assert.Contains("another process has the file open", e.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<StoreUnavailableException>(() => _store.FindAsync(_before.Hash, Cancel));
        }

        await _store.InsertAsync(late, Cancel);
        await ExpectStoredAsync(_before, late);
    }

    [Fact]
    public async Task Lost_log_is_written_back_by_a_stop()
    {
        await OpenAsync();
        Delete("-wal", "-shm");

        _store.Dispose();

        await ExpectStoredAsync(_before);
    }

    [Fact]
    public async Task Log_that_another_process_began_meanwhile_is_used_and_the_loss_is_told()
    {
        await OpenAsync();
        Delete("-wal", "-shm");
        await File.WriteAllBytesAsync(Path + "-wal", new byte[32], Cancel);

        var after = Rows.New("sub-after");
        await _store.InsertAsync(after, Cancel);

        await ExpectStoredAsync(after);
        ExpectLossTold();
    }

    [Fact]
    public async Task Copy_that_was_put_over_the_open_file_is_left_as_it_is()
    {
        await OpenAsync();
        using (var source = Connect())
        {
            StoreFile.Execute(source, $"VACUUM INTO '{Path}.copy'");
        }

        var after = Rows.New("sub-after-the-copy");
        await _store.InsertAsync(after, Cancel);
        await File.WriteAllBytesAsync(Path, await File.ReadAllBytesAsync(Path + ".copy", Cancel), Cancel);
        Delete("-wal", "-shm");

        await _store.CheckAsync(Cancel);

        await ExpectStoredAsync(_before);
        Assert.Null(await _store.FindAsync(after.Hash, Cancel));
        ExpectLossTold();
    }

    [Fact]
    public async Task Path_that_is_a_link_is_watched_where_it_leads()
    {
        File.CreateSymbolicLink(_folder.File("link.db"), Path);
        await OpenAsync();
        using var linked = NewStore(_folder.File("link.db"));

        await linked.CheckAsync(Cancel);

        Assert.NotNull(await linked.FindAsync(_before.Hash, Cancel));
    }

    private SqliteSessionStore NewStore(string path) =>
        new(new AuthGateway.Configuration.SessionOptions { StorePath = path, Secrets = SecretSource.Empty }, TimeProvider.System, _loggers.CreateLogger<SqliteSessionStore>());

    private async Task OpenAsync()
    {
        await _store.CheckAsync(Cancel);
        await _store.InsertAsync(_before, Cancel);
        Assert.NotNull(await _store.FindAsync(_before.Hash, Cancel));
    }

    private void Delete(params string[] files) => Array.ForEach(files, file => File.Delete(Path + file));

    private void ExpectLossTold() =>
        Assert.Single(_log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains("are lost", StringComparison.Ordinal));

    /// <summary>As the next start would find it: in a copy of the files as they lie there.</summary>
    private async Task ExpectStoredAsync(params SessionRow[] rows)
    {
        foreach (var file in new[] { "", "-wal" }.Where(file => File.Exists(Path + file)))
        {
            File.Copy(Path + file, _folder.File("next.db") + file);
        }

        using var next = NewStore(_folder.File("next.db"));
        await next.CheckAsync(Cancel);
        foreach (var row in rows)
        {
            Assert.NotNull(await next.FindAsync(row.Hash, Cancel));
        }

        using var copy = Connect(_folder.File("next.db"));
        Assert.Equal("ok", StoreFile.Scalar(copy, "PRAGMA integrity_check"));
    }

    /// <summary>Of this process on the file, by the kernel's list.</summary>
    private int Locks()
    {
        var inode = FileIdentity.Of(Path).Inode.ToString(CultureInfo.InvariantCulture);
        return File.ReadLines("/proc/locks").Count(line => line.Contains($" {Environment.ProcessId} ", StringComparison.Ordinal) && line.Contains($":{inode} ", StringComparison.Ordinal));
    }

    private SqliteConnection Connect(string? path = null)
    {
        var connection = StoreFile.Open(path ?? Path);
        StoreFile.Scalar(connection, "SELECT count(*) FROM sqlite_master");
        return connection;
    }
}
