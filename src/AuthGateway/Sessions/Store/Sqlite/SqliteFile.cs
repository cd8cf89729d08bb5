using Microsoft.Data.Sqlite;

namespace AuthGateway.Sessions.Store.Sqlite;

/// <summary>Opens the file: makes it and its folder (0600, 0700), moves an old BoltDB file aside, brings the tables up to date.</summary>
internal sealed record SqliteFile(string Path, bool IsWriter)
{
    /// <summary>Told what was done with a file that lay there.</summary>
    public ILogger? Logger { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Bounded wait for another process's lock, on our own thread only.</summary>
    private const int BusyMilliseconds = 2000;

    /// <summary>8 GiB of 4 KiB pages, about three million sessions: then logins are refused (SQLITE_FULL), reads and logouts go on.</summary>
    private const int MaxPages = 2 * 1024 * 1024;

    /// <param name="isFirst">No other connection of this process is open. Else the file is not touched but by SQLite: our closing of a descriptor would drop the others' locks.</param>
    /// <exception cref="StoreUnavailableException">With one sentence for the operator.</exception>
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
        catch (SqliteException e) when (IsWriter && isFirst && SharedMemory.MayBeMissing(e, Path))
        {
            var connection = Connect(isExclusive: true);
            Logger?.LogWarning("SESSION_STORE_PATH {Path}: this file system has no shared memory maps, so the file is opened for this process alone: auth-gateway sessions works on it only while the gateway is stopped. A block volume or Redis has no such limit.", Path);
            return connection;
        }
    }

    /// <summary>Whether no other connection can be had beside this one.</summary>
    public static bool IsExclusive(SqliteConnection connection) => Scalar(connection, "PRAGMA locking_mode") is "exclusive";

    // SQLite documentation, "Use of WAL Without Shared-Memory": an exclusive lock before the first access needs no wal-index in shared memory.
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
                Run(connection, "PRAGMA locking_mode=EXCLUSIVE");
            }

            // 2 MB of pages a connection: what is read again soon comes from the system's own cache of the file.
            Run(connection, $"PRAGMA busy_timeout={BusyMilliseconds}; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=4000; PRAGMA journal_size_limit=67108864; PRAGMA max_page_count={MaxPages}; PRAGMA cache_size=-2000;");
            var version = Examine(connection);
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
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        if (BoltFile.MoveAside(Path) is { } aside)
        {
            Logger?.LogWarning("SESSION_STORE_PATH {Path} was the replaced service's store and is kept as {Aside}; everybody logs in once more.", Path, aside);
        }

        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };

        // SQLite gives its -wal and -shm files the mode of this one.
        using var stream = new FileStream(Path, options);
        if (stream.Length == 0)
        {
            File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    /// <summary>The reader looks too: it must let nobody in by a file that is not ours.</summary>
    private long Examine(SqliteConnection connection)
    {
        var version = (long)Scalar(connection, "PRAGMA user_version");
        var application = (long)Scalar(connection, "PRAGMA application_id");
        var tables = (long)Scalar(connection, "SELECT count(*) FROM sqlite_master");
        if (tables > 0 && application != SqliteSchema.ApplicationId)
        {
            throw new StoreUnavailableException($"SESSION_STORE_PATH {Path} is another application's database; choose another path or move the file away.");
        }

        if (version > SqliteSchema.Version)
        {
            throw new StoreUnavailableException($"SESSION_STORE_PATH {Path} was written by a newer release (version {version}, this one knows {SqliteSchema.Version}); run that release or choose another path.");
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

    /// <summary>One version further, all or nothing; another process may have done it while we waited for the lock.</summary>
    private static long Step(SqliteConnection connection)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        var version = (long)Scalar(connection, "PRAGMA user_version");
        if (version < SqliteSchema.Version)
        {
            Run(connection, $"{SqliteSchema.Steps[version]} PRAGMA application_id={SqliteSchema.ApplicationId}; PRAGMA user_version={++version};");
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
