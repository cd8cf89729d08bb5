using AuthGateway.Configuration;
using Microsoft.Data.Sqlite;

namespace AuthGateway.Sessions.Store.Sqlite;

/// <summary>
/// The embedded session store: one SQLite file in WAL mode, one writing thread with group commit,
/// one reading thread.
/// </summary>
/// <remarks>
/// Request threads never wait in SQLite. Searches use a narrow table; the sealed part is in another
/// one.
/// </remarks>
internal sealed class SqliteSessionStore : ISessionStore, IDisposable
{
    private readonly SqliteWorker _reader;
    private readonly SqliteWorker _writer;

    private readonly TimeProvider _time;

    // Size of the last session that the full disk refused, in bytes; 0 = none.
    private int _refusedBytes;

    public SqliteSessionStore(SessionOptions options, TimeProvider time, ILogger<SqliteSessionStore>? logger = null)
    {
        _time = time;
        _writer = new SqliteWorker(
            "session-store-writer",
            new SqliteFile(options.StorePath, IsWriter: true) { Logger = logger, Time = time },
            groupCommit: true);
        _reader = new SqliteWorker(
            "session-store-reader",
            new SqliteFile(options.StorePath, IsWriter: false) { Logger = logger, Time = time },
            groupCommit: false);
    }

    private SqliteWorker Reader => _writer.IsAlone ? _writer : _reader;

    public async Task<bool> InsertAsync(SessionRow row, CancellationToken cancellationToken)
    {
        try
        {
            return await _writer.RunAsync(connection => SqliteStatements.Insert(connection, row), cancellationToken);
        }
        catch (StoreUnavailableException e)
            when (e.InnerException is SqliteException refusal && SqliteErrors.IsFull(refusal))
        {
            Volatile.Write(ref _refusedBytes, row.Sealed.Length);
            throw;
        }
    }

    public Task<SessionRow?> FindAsync(SessionHash hash, CancellationToken cancellationToken) =>
        Reader.RunAsync(connection => SqliteStatements.Find(connection, hash), cancellationToken);

    public Task<bool> DeleteAsync(SessionHash hash, CancellationToken cancellationToken) =>
        _writer.RunAsync(connection => SqliteStatements.Delete(connection, hash.ToArray()), cancellationToken);

    public Task<bool> DeleteAsync(SessionHash hash, TimeSpan idle, CancellationToken cancellationToken) =>
        _writer.RunAsync(
            connection => SqliteStatements.IsIdle(connection, hash, _time.GetUtcNow() - idle)
                && SqliteStatements.Delete(connection, hash.ToArray()),
            cancellationToken);

    public Task TouchAsync(
        IReadOnlyList<KeyValuePair<SessionHash, DateTimeOffset>> uses, CancellationToken cancellationToken) =>
        _writer.RunAsync(connection => SqliteStatements.Touch(connection, uses), cancellationToken);

    public Task<RefreshLease?> LeaseRefreshAsync(
        RefreshLease asked, TimeSpan duration, TimeSpan patience, CancellationToken cancellationToken) =>
        _writer.RunAsync(
            connection => SqliteLeases.Take(connection, asked, duration, patience, _time.GetUtcNow()),
            cancellationToken);

    public Task<RefreshLease?> HoldAsync(
        RefreshLease lease, byte[]? payload, TimeSpan duration, CancellationToken cancellationToken) =>
        _writer.RunAsync(
            connection => SqliteLeases.Renew(connection, lease, payload, _time.GetUtcNow() + duration),
            cancellationToken);

    public Task<bool> DeleteAsync(RefreshLease lease, CancellationToken cancellationToken) =>
        _writer.RunAsync(
            connection => SqliteLeases.IsNewest(connection, lease)
                && SqliteStatements.Delete(connection, lease.Hash.ToArray()),
            cancellationToken);

    public Task<long?> ReplaceAsync(RefreshLease lease, byte[] payload, CancellationToken cancellationToken) =>
        _writer.RunAsync(connection => SqliteLeases.Return(connection, lease, payload), cancellationToken);

    public Task<long?> ReleaseAsync(RefreshLease lease, CancellationToken cancellationToken) =>
        _writer.RunAsync(connection => SqliteLeases.Return(connection, lease), cancellationToken);

    public Task<LogoutOutcome> EndByProviderAsync(LogoutNotice notice, CancellationToken cancellationToken) =>
        _writer.RunAsync(connection => SqliteStatements.EndByProvider(connection, notice), cancellationToken);

    public Task<bool> TakeOnceAsync(
        string purpose, SessionHash id, string taker, TimeSpan life, CancellationToken cancellationToken) =>
        _writer.RunAsync(
            connection =>
            {
                var now = _time.GetUtcNow();
                return SqliteStatements.TakeOnce(connection, purpose, id, taker, now + life, now);
            },
            cancellationToken);

    public Task<IReadOnlyList<SessionSummary>> ListAsync(
        SessionFilter filter, int limit, CancellationToken cancellationToken) =>
        Reader.RunAsync(connection => SqliteList.Read(connection, filter, limit), cancellationToken);

    public Task<IReadOnlySet<SessionHash>> FindLiveAsync(
        IReadOnlyCollection<SessionHash> hashes, CancellationToken cancellationToken) =>
        Reader.RunAsync(connection => SqliteStatements.FindLive(connection, hashes), cancellationToken);

    public IAsyncEnumerable<StoreChange> WatchAsync(CancellationToken cancellationToken) =>
        SqliteWatch.ReadAsync(_writer, cancellationToken);

    public Task<int> DeleteExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        _writer.RunAsync(connection => SqliteStatements.DeleteExpired(connection, now, limit), cancellationToken);

    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        // The writer goes first: it creates the file, its folder and its tables.
        try
        {
            await _writer.RunAsync(
                static connection => SqliteStatements.Execute(connection, SqliteSchema.Heartbeat, static _ => { }),
                cancellationToken);
            await TryRefusedSizeAsync(cancellationToken);
        }
        catch (StoreUnavailableException e)
            when (e.InnerException is SqliteException refusal && SqliteErrors.IsWriteRefusal(refusal))
        {
            await CheckTablesAsync(cancellationToken);
            throw new StoreUnavailableException(e.Message, e)
            {
                RefusesWrites = true,
                IsFull = SqliteErrors.IsFull(refusal),
            };
        }

        await CheckTablesAsync(cancellationToken);
    }

    // The heartbeat may find space where a session does not. After a refusal, data of that size is
    // written and deleted before the store counts as recovered.
    private async Task TryRefusedSizeAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _refusedBytes) is > 0 and var bytes)
        {
            await _writer.RunAsync(
                connection => SqliteStatements.Execute(
                    connection,
                    SqliteSchema.InsertTrial,
                    command => command
                        .With("$hash", SqliteSchema.NoSession)
                        .With("$bytes", bytes + SqliteSchema.SizeOfRow)),
                cancellationToken);
            await _writer.RunAsync(
                static connection => SqliteStatements.Execute(
                    connection,
                    SqliteSchema.DeletePayload,
                    static command => command.With("$hash", SqliteSchema.NoSession)),
                cancellationToken);
            Interlocked.CompareExchange(ref _refusedBytes, 0, bytes);
        }
    }

    private async Task CheckTablesAsync(CancellationToken cancellationToken) =>
        await Reader.RunAsync(
            static connection => SqliteStatements.Execute(connection, SqliteSchema.ReadAllColumns, static _ => { }),
            cancellationToken);

    public void Dispose()
    {
        _writer.Dispose();
        _reader.Dispose();
    }
}
