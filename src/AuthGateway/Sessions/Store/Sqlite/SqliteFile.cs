using Microsoft.Data.Sqlite;

namespace AuthGateway.Sessions.Store.Sqlite;

/// <summary>
/// Opens the database file: creates it and its folder (0600, 0700), moves a BoltDB file aside and
/// migrates the tables.
/// </summary>
internal sealed record SqliteFile(string Path, bool IsWriter)
{
    /// <summary>Logs what was done with an existing file.</summary>
    public ILogger? Logger { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// Maximum wait for another process's lock; it blocks the worker's thread only.
    /// </summary>
    private const int BusyMilliseconds = 2000;

    /// <summary>
    /// 8 GiB in pages of 4 KiB, about three million sessions. Above it logins are refused
    /// (SQLITE_FULL); reads and logouts go on.
    /// </summary>
    private const int MaxPages = 2 * 1024 * 1024;

    /// <param name="isFirst">
    /// True when this process has no other connection open. With false only SQLite touches the
    /// file: closing a descriptor would drop the locks of the other connections.
    /// </param>
    /// <exception cref="StoreUnavailableException">
    /// The message is one sentence for the operator.
    /// </exception>
    public SqliteConnection Open(bool isFirst)
    {
        if (IsWriter && isFirst)
        {
            PrepareFolderAndFile();
        }

        try
        {
            return Connect(isExclusive: false);
        }
        catch (SqliteException e) when (isFirst && SharedMemory.MayBeMissing(e, Path))
        {
            var connection = Connect(isExclusive: true);
            if (IsWriter)
            {
                Logger?.LogWarning(
                    "SESSION_STORE_PATH {Path}: this file system has no shared memory maps, so the file is opened for this process alone: auth-gateway sessions works on it only while the gateway is stopped. A block volume or Redis has no such limit.",
                    Path);
            }

            return connection;
        }
    }

    /// <summary>True when the connection locks the file exclusively.</summary>
    public static bool IsExclusive(SqliteConnection connection) =>
        Scalar(connection, "PRAGMA locking_mode") is "exclusive";

    /// <summary>Locks the file exclusively at the connection's first access.</summary>
    public static void MakeExclusive(SqliteConnection connection) =>
        Run(connection, "PRAGMA locking_mode=EXCLUSIVE");

    // SQLite documentation, "Use of WAL Without Shared-Memory": an exclusive lock before the first
    // access needs no wal-index in shared memory.
    private SqliteConnection Connect(bool isExclusive)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Path,
            Mode = IsWriter ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite,
            Pooling = false,
            DefaultTimeout = BusyMilliseconds / 1000,
        }.ToString());
        try
        {
            connection.Open();
            if (isExclusive)
            {
                MakeExclusive(connection);
            }

            // 2 MB of pages a connection: the system's own cache of the file serves the rest.
            Run(
                connection,
                $"PRAGMA busy_timeout={BusyMilliseconds}; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=4000; PRAGMA journal_size_limit=67108864; PRAGMA max_page_count={MaxPages}; PRAGMA cache_size=-2000;");
            var version = Examine(Path, connection);
            if (IsWriter)
            {
                Migrate(connection, version);
            }

            return connection;
        }
        catch (Exception e) when (e is SqliteException or StoreUnavailableException)
        {
            connection.Dispose();
            throw;
        }
    }

    private void PrepareFolderAndFile()
    {
        if (Directory.Exists(Path))
        {
            throw SqliteErrors.IsFolder(Path);
        }

        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!;
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(
                folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        if (BoltFile.MoveAside(Path) is { } aside)
        {
            Logger?.LogWarning(
                "SESSION_STORE_PATH {Path} was the replaced service's store and is kept as {Aside}; everybody logs in once more.",
                Path,
                aside);
        }

        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };

        // SQLite creates its -wal and -shm files with the mode of this file.
        using var stream = new FileStream(Path, options);
        if (stream.Length == 0)
        {
            File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    /// <summary>
    /// Checks that the file is a session database of a known version. The reader checks too: a
    /// foreign file must not authenticate any user.
    /// </summary>
    /// <returns>The version; 0 for an empty file.</returns>
    /// <exception cref="StoreUnavailableException">It is not; the start refuses it.</exception>
    public static long Examine(string path, SqliteConnection connection)
    {
        var version = (long)Scalar(connection, "PRAGMA user_version");
        var application = (long)Scalar(connection, "PRAGMA application_id");
        var tables = (long)Scalar(connection, "SELECT count(*) FROM sqlite_master");
        if (tables > 0 && application != SqliteSchema.ApplicationId)
        {
            throw new StoreUnavailableException(
                $"SESSION_STORE_PATH {path} is another application's database; choose another path or move the file away.");
        }

        if (version > SqliteSchema.Version)
        {
            throw new StoreUnavailableException(
                $"SESSION_STORE_PATH {path} was written by a newer release (version {version}, this one knows {SqliteSchema.Version}); run that release or choose another path.");
        }

        return version;
    }

    private static void Migrate(SqliteConnection connection, long version)
    {
        while (version < SqliteSchema.Version)
        {
            version = Step(connection);
        }
    }

    /// <summary>
    /// Migrates by one version in a transaction. Another process may have done it during the wait
    /// for the lock.
    /// </summary>
    private static long Step(SqliteConnection connection)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        var version = (long)Scalar(connection, "PRAGMA user_version");
        if (version < SqliteSchema.Version)
        {
            Run(
                connection,
                $"{SqliteSchema.Steps[version]} PRAGMA application_id={SqliteSchema.ApplicationId}; PRAGMA user_version={++version};");
        }

        transaction.Commit();
        return version;
    }

    private static object Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.Prepare(sql);
        return command.ExecuteScalar()!;
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.Prepare(sql);
        command.ExecuteNonQuery();
    }
}
