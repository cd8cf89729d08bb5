using Microsoft.Data.Sqlite;

namespace AuthGateway.Sessions.Store.Sqlite;

/// <summary>What becomes of a log (<c>-wal</c>) that was deleted or replaced while a connection still has it open.</summary>
internal static class WalRecovery
{
    /// <summary>
    /// Leaving WAL mode writes the whole log into the database, under a lock that no other connection can hold meanwhile, and tells whether it worked
    /// (a close would not).
    /// </summary>
    /// <returns>False when it cannot be done at all.</returns>
    /// <exception cref="StoreUnavailableException">Not now, but later: the connection is to stay open, for it alone has the log.</exception>
    public static bool WriteBack(SqliteConnection connection, string path)
    {
        try
        {
            using var command = connection.Prepare("PRAGMA journal_mode=DELETE");
            command.CommandTimeout = 1;
            return command.ExecuteScalar() is "delete" ? true : throw Waiting(path);
        }
        catch (SqliteException e) when (e.SqliteErrorCode is SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED)
        {
            throw Waiting(path);
        }
        catch (SqliteException e) when (e.SqliteErrorCode is SQLitePCL.raw.SQLITE_FULL)
        {
            throw SqliteErrors.Describe(path, e);
        }
        catch (SqliteException)
        {
            return false;
        }
    }

    /// <summary>The connection's close will neither write the log into the database nor delete the files at the path: they may be somebody else's.</summary>
    public static void Abandon(SqliteConnection connection) =>
        _ = SQLitePCL.raw.sqlite3_db_config(connection.Handle, SQLitePCL.raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);

    public static void Tell(SqliteFile file, bool isKept)
    {
        if (isKept)
        {
            file.Logger?.LogWarning("SESSION_STORE_PATH {Path}: the -wal or -shm file beside it was deleted under the running gateway. What it held was written into the file; nothing is lost.", file.Path);
        }
        else
        {
            file.Logger?.LogError("SESSION_STORE_PATH {Path}: it, or the -wal or -shm file beside it, was deleted or replaced under the running gateway, and what lies there now is used. Logins and logouts that are not in it are lost.", file.Path);
        }
    }

    public static StoreUnavailableException Gone(string path) =>
        new($"SESSION_STORE_PATH {path}: its file, or the -wal or -shm file beside it, was deleted or replaced under the running gateway; leave the three to the gateway.");

    private static StoreUnavailableException Waiting(string path) =>
        new($"SESSION_STORE_PATH {path}: the -wal or -shm file beside it was deleted under the running gateway, and another process has the file open; end that process, and nothing is lost.");
}
