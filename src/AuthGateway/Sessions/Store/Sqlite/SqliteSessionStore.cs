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
            return await _writer.RunAsync(connection => Insert(connection, row), cancellationToken);
        }
        catch (StoreUnavailableException e)
            when (e.InnerException is SqliteException refusal && SqliteErrors.IsFull(refusal))
        {
            Volatile.Write(ref _refusedBytes, row.Sealed.Length);
            throw;
        }
    }

    public Task<SessionRow?> FindAsync(SessionHash hash, CancellationToken cancellationToken) => Reader.RunAsync(
        connection =>
        {
            using var command = connection.Prepare(SqliteSchema.Find).With("$hash", hash.ToArray());
            using var reader = command.ExecuteReader();
            return reader.Read() ? SqliteRows.Read(hash, reader) : null;
        },
        cancellationToken);

    public Task<bool> DeleteAsync(SessionHash hash, CancellationToken cancellationToken) => _writer.RunAsync(
        connection => Delete(connection, hash.ToArray()), cancellationToken);

    public Task TouchAsync(
        IReadOnlyList<KeyValuePair<SessionHash, DateTimeOffset>> uses, CancellationToken cancellationToken) =>
        _writer.RunAsync(
            connection =>
            {
                foreach (var (hash, at) in uses)
                {
                    Execute(
                        connection,
                        SqliteSchema.Touch,
                        command => command.With("$hash", hash.ToArray()).With("$at", at.ToUnixTimeSeconds()));
                }

                return 0;
            },
            cancellationToken);

    public Task<RefreshLease?> LeaseRefreshAsync(
        SessionHash hash, long version, TimeSpan duration, TimeSpan patience, CancellationToken cancellationToken) =>
        _writer.RunAsync(
            connection => SqliteLeases.Take(
                connection, new RefreshLease(hash, version), duration, patience, _time.GetUtcNow()),
            cancellationToken);

    public Task<RefreshLease?> HoldAsync(
        RefreshLease lease, byte[]? payload, TimeSpan duration, CancellationToken cancellationToken) =>
        _writer.RunAsync(
            connection => SqliteLeases.Hold(connection, lease, payload, _time.GetUtcNow() + duration),
            cancellationToken);

    public Task<bool> DeleteAsync(RefreshLease lease, CancellationToken cancellationToken) => _writer.RunAsync(
        connection => SqliteLeases.IsNewest(connection, lease)
            && Delete(connection, lease.Hash.ToArray()), cancellationToken);

    public Task<bool> ReplaceAsync(RefreshLease lease, byte[] payload, CancellationToken cancellationToken) =>
        _writer.RunAsync(
            connection => GiveBack(connection, lease)
                && Execute(
                    connection,
                    SqliteSchema.ReplacePayload,
                    command => command.With("$hash", lease.Hash.ToArray()).With("$sealed", payload)) > 0,
            cancellationToken);

    public Task ReleaseAsync(RefreshLease lease, CancellationToken cancellationToken) =>
        _writer.RunAsync(connection => GiveBack(connection, lease), cancellationToken);

    public Task<LogoutOutcome> EndByProviderAsync(LogoutNotice notice, CancellationToken cancellationToken) =>
        _writer.RunAsync(
            connection =>
            {
                if (Execute(connection, SqliteSchema.InsertNotice, command => SqliteRows.Bind(command, notice)) == 0)
                {
                    return new LogoutOutcome(IsReplay: true, []);
                }

                using var command = SqliteRows.Bind(connection.Prepare(SqliteSchema.Covered), notice);
                var covered = Hashes(command);
                covered.ForEach(hash => Delete(connection, hash));
                return new LogoutOutcome(IsReplay: false, [.. covered.Select(hash => SessionHash.From(hash))]);
            },
            cancellationToken);

    public Task<bool> TakeOnceAsync(
        string purpose, SessionHash id, TimeSpan life, CancellationToken cancellationToken) =>
        _writer.RunAsync(
            connection =>
            {
                var now = _time.GetUtcNow();
                return Execute(connection, SqliteSchema.TakeOnce, command => command.With("$purpose", purpose).With("$id", id.ToArray())
                    .With(
                        "$until",
                        (now + life).ToUnixTimeMilliseconds()).With("$now", now.ToUnixTimeMilliseconds())) > 0;
            },
            cancellationToken);

    public Task<IReadOnlyList<SessionSummary>> ListAsync(
        SessionFilter filter, int limit, CancellationToken cancellationToken) =>
        Reader.RunAsync(connection => SqliteList.Read(connection, filter, limit), cancellationToken);

    public Task<IReadOnlySet<SessionHash>> FindLiveAsync(
        IReadOnlyCollection<SessionHash> hashes, CancellationToken cancellationToken) =>
        Reader.RunAsync<IReadOnlySet<SessionHash>>(
            connection =>
            {
                using var command = connection.Prepare(SqliteSchema.Exists);
                var parameter = command.Parameters.Add("$hash", SqliteType.Blob);
                var live = new HashSet<SessionHash>();
                foreach (var hash in hashes)
                {
                    parameter.Value = hash.ToArray();
                    if (command.ExecuteScalar() is not null)
                    {
                        live.Add(hash);
                    }
                }

                return live;
            },
            cancellationToken);

    public IAsyncEnumerable<StoreChange> WatchAsync(CancellationToken cancellationToken) =>
        SqliteWatch.ReadAsync(_writer, cancellationToken);

    public Task<int> DeleteExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        _writer.RunAsync(
            connection =>
            {
                using var command = connection.Prepare(SqliteSchema.Expired)
                    .With("$now", now.ToUnixTimeSeconds())
                    .With("$limit", limit);
                var hashes = Hashes(command);
                hashes.ForEach(hash => Delete(connection, hash));
                var notices = Execute(
                    connection,
                    SqliteSchema.DeleteOldNotices,
                    delete => delete.With("$now", now.ToUnixTimeSeconds()).With("$limit", limit - hashes.Count));
                var left = limit - hashes.Count - notices;
                return hashes.Count + notices
                    + Execute(
                        connection,
                        SqliteSchema.DeleteOldTaken,
                        delete => delete.With("$now", now.ToUnixTimeMilliseconds()).With("$limit", left));
            },
            cancellationToken);

    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        // The writer goes first: it creates the file, its folder and its tables.
        try
        {
            await _writer.RunAsync(
                static connection => Execute(connection, SqliteSchema.Heartbeat, static _ => { }),
                cancellationToken);
            await TryRefusedSizeAsync(cancellationToken);
        }
        catch (StoreUnavailableException e)
            when (e.InnerException is SqliteException refusal && (SqliteErrors.IsFull(refusal) || refusal.SqliteErrorCode == SQLitePCL.raw.SQLITE_BUSY))
        {
            await LookAsync(cancellationToken);
            throw new StoreUnavailableException(e.Message, e) { RefusesWrites = true, IsFull = SqliteErrors.IsFull(refusal) };
        }

        await LookAsync(cancellationToken);
    }

    // The heartbeat may find space where a session does not. After a refusal, data of that size is
    // written and deleted before the store counts as recovered.
    private async Task TryRefusedSizeAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _refusedBytes) is > 0 and var bytes)
        {
            await _writer.RunAsync(
                connection => Execute(
                    connection,
                    SqliteSchema.Trial,
                    command => command.With("$hash", SqliteSchema.NoSession).With(
                        "$bytes", bytes + SqliteSchema.SizeOfRow)),
                cancellationToken);
            await _writer.RunAsync(
                static connection => Execute(
                    connection,
                    SqliteSchema.DeletePayload,
                    static command => command.With("$hash", SqliteSchema.NoSession)),
                cancellationToken);
            Interlocked.CompareExchange(ref _refusedBytes, 0, bytes);
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken) =>
        await Reader.RunAsync(
            static connection => Execute(connection, SqliteSchema.Whole, static _ => { }),
            cancellationToken);

    public void Dispose()
    {
        _writer.Dispose();
        _reader.Dispose();
    }

    private static bool Insert(SqliteConnection connection, SessionRow row)
    {
        if (Execute(connection, SqliteSchema.InsertSession, command => SqliteRows.Bind(command, row)) == 0)
        {
            return false;
        }

        Execute(
            connection,
            SqliteSchema.InsertPayload,
            command => command.With("$hash", row.Hash.ToArray()).With("$sealed", row.Sealed));
        return true;
    }

    private static bool Delete(SqliteConnection connection, byte[] hash)
    {
        Execute(connection, SqliteSchema.DeletePayload, command => command.With("$hash", hash));
        return Execute(connection, SqliteSchema.DeleteSession, command => command.With("$hash", hash)) > 0;
    }

    private static bool GiveBack(SqliteConnection connection, RefreshLease lease) =>
        Execute(
            connection,
            SqliteSchema.Fence,
            command => command.With("$hash", lease.Hash.ToArray()).With("$version", lease.Version)) > 0;

    private static List<byte[]> Hashes(SqliteCommand command)
    {
        var hashes = new List<byte[]>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            hashes.Add((byte[])reader[0]);
        }

        return hashes;
    }

    private static int Execute(SqliteConnection connection, string sql, Action<SqliteCommand> bind)
    {
        using var command = connection.Prepare(sql);
        bind(command);
        return command.ExecuteNonQuery();
    }
}
