using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace AuthGateway.Sessions.Store.Sqlite;

/// <summary>
/// All connections of this process to one database file. They depend on each other.
/// </summary>
/// <remarks>
/// Closing any plain descriptor of the file drops all locks of the process on it (fcntl(2)). And
/// while a connection to a deleted <c>-wal</c> is open, a new connection would read the new log by
/// the old one's index.
/// </remarks>
internal sealed class SqliteConnections
{
    private static readonly ConcurrentDictionary<string, SqliteConnections> Files = new(StringComparer.Ordinal);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // One lock for each kind of worker, so that readers do not wait for a commit. Opening and
    // closing takes both, the reading lock first.
    private readonly Lock _reading = new();
    private readonly Lock _writing = new();
    private readonly List<SqliteConnection> _open = [];

    /// <summary>
    /// The path as SQLite resolves it: the two other files are beside the target of a symbolic
    /// link.
    /// </summary>
    private string _path = "";
    private StoreFiles _found;

    /// <summary>Modification time of the database after the last successful use.</summary>
    private DateTime _modified;

    private SqliteConnections()
    {
    }

    /// <summary>A damaged database is moved aside at the writer's next use.</summary>
    public DamagedFile Damage { get; } = new();

    /// <summary>
    /// True when the file system has no shared memory, so that one connection is the only one.
    /// </summary>
    public bool IsAlone { get; private set; }

    /// <summary>The connections of this process to a file; one object per path.</summary>
    public static SqliteConnections ForFile(string path) => Files.GetOrAdd(Path.GetFullPath(path), static _ => new());

    /// <returns>
    /// False, and nothing done, when the connection is closed or the files have changed since it
    /// was opened.
    /// </returns>
    public bool TryUse(SqliteFile file, SqliteConnection? connection, Action<SqliteConnection> work)
    {
        lock (file.IsWriter ? _writing : _reading)
        {
            if (connection is null
                || !_open.Contains(connection)
                || (file.IsWriter && Damage.IsReported)
                || !AreSame(file.IsWriter))
            {
                return false;
            }

            work(connection);
            if (file.IsWriter)
            {
                AreSame(isSeen: true);
            }

            return true;
        }
    }

    /// <summary>Closes the connections to lost files, then opens a new one.</summary>
    /// <exception cref="StoreUnavailableException">
    /// The message is one sentence for the operator.
    /// </exception>
    public SqliteConnection Open(SqliteFile file, SqliteConnection? current)
    {
        Enter(file.Path);
        try
        {
            CloseLost(file);
            CloseDamaged(file);
            if (current is not null && _open.Contains(current))
            {
                return current;
            }

            if (IsAlone)
            {
                // Only one connection is possible; the other worker gives its own up.
                _open.ToList().ForEach(other => Dispose(other, mayWriteBack: true));
            }

            var connection = file.Open(isFirst: _open.Count == 0);
            if (_open.Count == 0)
            {
                _path = connection.DataSource;
                IsAlone = SqliteFile.IsExclusive(connection);
                _found = StoreFiles.Read(_path);
                _modified = File.GetLastWriteTimeUtc(_path);
                if (!_found.AreThere(IsAlone))
                {
                    connection.Dispose();
                    throw WalRecovery.Gone(file.Path);
                }
            }

            _open.Add(connection);
            return connection;
        }
        finally
        {
            Exit();
        }
    }

    /// <param name="connection">Null or closed: nothing to do.</param>
    /// <param name="isEnd">
    /// True closes in any case. With false, connections to lost files stay open: only they may hold
    /// acknowledged writes, and the next opening recovers them.
    /// </param>
    /// <returns>True when the connection is closed.</returns>
    public bool Close(SqliteConnection? connection, bool isEnd)
    {
        lock (_reading)
        {
            lock (_writing)
            {
                if (connection is null || !_open.Contains(connection))
                {
                    return true;
                }

                var areSame = AreSame(isSeen: false);
                if (!areSame && !isEnd)
                {
                    return false;
                }

                Dispose(connection, mayWriteBack: areSame || MayWriteBack());
                return true;
            }
        }
    }

    private void CloseLost(SqliteFile file)
    {
        if (_open.Count == 0 || AreSame(isSeen: false))
        {
            return;
        }

        var isKept = MayWriteBack();
        while (_open.Count > (isKept ? 1 : 0))
        {
            Dispose(_open[0], mayWriteBack: false);
        }

        if (isKept)
        {
            isKept = WriteBack(_open[0], file.Path);
            Dispose(_open[0], mayWriteBack: isKept);
        }

        WalRecovery.Log(file, isKept);
    }

    private void CloseDamaged(SqliteFile file)
    {
        if (file.IsWriter && Damage.IsReported)
        {
            _open.ToList().ForEach(connection => Dispose(connection, mayWriteBack: false));
            Damage.TryMove(file);
        }
    }

    /// <summary>Also records the file's time: a failed attempt may have written a part.</summary>
    private bool WriteBack(SqliteConnection connection, string path)
    {
        try
        {
            return WalRecovery.WriteBack(connection, path);
        }
        finally
        {
            _modified = File.GetLastWriteTimeUtc(_path);
        }
    }

    private bool AreSame(bool isSeen)
    {
        if (StoreFiles.Read(_path) != _found)
        {
            return false;
        }

        if (isSeen)
        {
            _modified = File.GetLastWriteTimeUtc(_path);
        }

        return true;
    }

    /// <summary>
    /// False for a database that another process has written since (a copy put over it): it is left
    /// unchanged.
    /// </summary>
    private bool MayWriteBack() =>
        StoreFiles.Read(_path)
            .MayWriteBack(_found, isWalEmpty: new FileInfo(_path + "-wal") is { Exists: true, Length: 0 })
            && File.GetLastWriteTimeUtc(_path) == _modified;

    private void Dispose(SqliteConnection connection, bool mayWriteBack)
    {
        _open.Remove(connection);
        if (!mayWriteBack)
        {
            WalRecovery.Abandon(connection);
        }

        connection.Dispose();
    }

    private void Enter(string path)
    {
        if (_reading.TryEnter(Patience))
        {
            if (_writing.TryEnter(Patience))
            {
                return;
            }

            _reading.Exit();
        }

        throw new StoreUnavailableException($"SESSION_STORE_PATH {path} does not answer in time; look at the disk.");
    }

    private void Exit()
    {
        _writing.Exit();
        _reading.Exit();
    }
}
