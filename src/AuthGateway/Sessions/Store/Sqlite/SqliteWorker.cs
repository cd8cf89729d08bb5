using System.Collections.Immutable;
using System.Diagnostics;
using AuthGateway.Http;
using Microsoft.Data.Sqlite;

namespace AuthGateway.Sessions.Store.Sqlite;

/// <summary>A thread with its own connection; callers await.</summary>
/// <remarks>
/// With group commit all operations that wait at the same moment share one transaction. The
/// connection is opened on demand, after an error, and when other files are at the path. At most
/// 10,000 operations wait, none longer than 5 s. Between them the thread runs its watches.
/// </remarks>
internal sealed class SqliteWorker : IDisposable
{
    private const int QueueLimit = 10_000;
    private const int BatchLimit = 128;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>A timer that is later than this shows that the process lacks CPU time.</summary>
    private static readonly TimeSpan MostLate = TimeSpan.FromSeconds(1);

    private readonly SqliteQueue _queue = new(QueueLimit);
    private readonly SqliteFile _file;
    private readonly bool _groupCommit;
    private readonly Thread _thread;
    private readonly SqliteConnections _connections;
    private SqliteConnection? _connection;
    private ImmutableArray<SqliteWatch> _watches = [];
    private int _isDisposed;

    public SqliteWorker(string name, SqliteFile file, bool groupCommit)
    {
        _file = file;
        _groupCommit = groupCommit;
        _connections = SqliteConnections.ForFile(file.Path);
        _thread = new Thread(RunLoop) { Name = name, IsBackground = true };
        _thread.Start();
    }

    /// <summary>True when only one connection is possible: this worker then reads too.</summary>
    public bool IsAlone => _connections.IsAlone;

    /// <exception cref="StoreUnavailableException">
    /// The store is unavailable, or the queue is full.
    /// </exception>
    public async Task<T> RunAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken)
    {
        var job = new SqliteJob<T>(work);
        if (!_queue.TryAdd(job))
        {
            throw new StoreUnavailableException("The session store has too much to do; try again in a moment.");
        }

        var started = Stopwatch.GetTimestamp();
        try
        {
            return await job.Task.WaitAsync(Patience, cancellationToken);
        }
        catch (TimeoutException e)
        {
            throw new StoreUnavailableException(Describe(_file.Path, Stopwatch.GetElapsedTime(started)), e);
        }
    }

    /// <summary>
    /// Adds a watch: this thread runs it now and then every <see cref="SqliteWatch.Interval"/>.
    /// </summary>
    public void Add(SqliteWatch watch)
    {
        ImmutableInterlocked.Update(ref _watches, static (all, one) => all.Add(one), watch);
        // Wakes the thread. A full queue keeps it awake.
        _queue.TryAdd(watch);
    }

    public void Remove(SqliteWatch watch) =>
        ImmutableInterlocked.Update(ref _watches, static (all, one) => all.Remove(one), watch);

    /// <summary>
    /// Describes a timeout. When the process itself is late, the disk is not blamed.
    /// </summary>
    internal static string Describe(string path, TimeSpan waited) => waited <= Patience + MostLate
        ? $"SESSION_STORE_PATH {path} does not answer in time; look at the disk."
        : $"SESSION_STORE_PATH {path}: this process had no time to read its answer; it has too little CPU, or too much to do.";

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 1)
        {
            return;
        }

        _queue.Close();
        _thread.Join(TimeSpan.FromSeconds(5));
    }

    // An unhandled exception on a thread ends the process.
    private void RunLoop()
    {
        while (!_queue.IsCompleted)
        {
            try
            {
                Loop();
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // The batch has failed already, or its callers time out.
            }
        }
    }

    private void Loop()
    {
        var batch = new List<SqliteJob>(BatchLimit);
        var looked = Environment.TickCount64;
        while (!_queue.IsCompleted)
        {
            batch.Clear();
            if (_queue.TryTake(out var first, UntilLook(looked)))
            {
                batch.Add(first);
                while (_groupCommit && batch.Count < BatchLimit && _queue.TryTake(out var more))
                {
                    batch.Add(more);
                }

                RunBatch(batch);
            }

            if (UntilLook(looked) == 0)
            {
                looked = Environment.TickCount64;
                RunBatch([.. _watches]);
            }
        }

        _connections.Close(_connection, isEnd: true);
    }

    /// <summary>Milliseconds until the watches are due; -1 when there is none.</summary>
    private int UntilLook(long looked) => _watches.IsEmpty
        ? Timeout.Infinite
        : (int)Math.Clamp(looked + (long)SqliteWatch.Interval.TotalMilliseconds - Environment.TickCount64, 0, 1000);

    private void RunBatch(List<SqliteJob> batch)
    {
        try
        {
            if (TryRun(batch))
            {
                return;
            }

            // Not open, or the files were replaced: a write would be lost.
            _connection = _connections.Open(_file, _connection);
            if (!TryRun(batch))
            {
                throw WalRecovery.Gone(_file.Path);
            }
        }
        catch (Exception e)
        {
            if (e is SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB })
            {
                _connections.Damage.Report();
            }

            // For any exception: the callers fail, and the thread goes on.
            if (e is not SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED })
            {
                Drop();
            }

            var unavailable = SqliteErrors.Describe(_file.Path, e);
            batch.ForEach(job => job.Fail(unavailable));
            FailWaiting(unavailable);
        }
    }

    private bool TryRun(List<SqliteJob> batch) =>
        _connections.TryUse(_file, _connection, connection => RunInTransaction(connection, batch));

    /// <summary>
    /// Fails the operations that were queued meanwhile: a locked file would cost each batch the
    /// same seconds again.
    /// </summary>
    private void FailWaiting(StoreUnavailableException reason)
    {
        for (var waiting = _queue.Count; waiting > 0 && _queue.TryTake(out var job); waiting--)
        {
            job.Fail(reason);
        }
    }

    private void RunInTransaction(SqliteConnection connection, List<SqliteJob> batch)
    {
        if (!_groupCommit || batch.TrueForAll(static job => job.IsRead))
        {
            batch.ForEach(job => job.Run(connection));
            batch.ForEach(job => job.Complete());
            return;
        }

        using var transaction = connection.BeginTransaction(deferred: false);
        batch.ForEach(job => job.Run(connection, transaction));
        transaction.Commit();
        batch.ForEach(job => job.Complete());
    }

    private void Drop()
    {
        if (_connections.Close(_connection, isEnd: false))
        {
            _connection = null;
        }
    }
}
