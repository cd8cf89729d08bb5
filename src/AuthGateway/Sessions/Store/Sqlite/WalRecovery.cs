using Microsoft.Data.Sqlite;

namespace AuthGateway.Sessions.Store.Sqlite;

/// <summary>
/// Recovers a log (<c>-wal</c>) that was deleted or replaced while a connection has it open.
/// </summary>
internal static class WalRecovery
{
    /// <summary>Writes the whole log into the database by leaving WAL mode.</summary>
    /// <remarks>
    /// SQLite does this under a lock that excludes every other connection, and reports the result;
    /// a close would not.
    /// </remarks>
    /// <returns>False when it is impossible.</returns>
    /// <exception cref="StoreUnavailableException">
    /// It is impossible now, but may work later. The connection must stay open: only it has the
    /// log.
    /// </exception>
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

    /// <summary>
    /// Prevents the close of a connection from writing the log into the database and from deleting
    /// the files at the path, which may belong to another process.
    /// </summary>
    public static void Abandon(SqliteConnection connection) =>
        _ = SQLitePCL.raw.sqlite3_db_config(
            connection.Handle, SQLitePCL.raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);

    /// <summary>Logs whether the log's content was recovered.</summary>
    public static void Log(SqliteFile file, bool isKept)
    {
        if (isKept)
        {
            file.Logger?.LogWarning(
                "SESSION_STORE_PATH {Path}: the -wal or -shm file beside it was deleted under the running gateway. What it held was written into the file; nothing is lost.",
                file.Path);
        }
        else
        {
            file.Logger?.LogError(
                "SESSION_STORE_PATH {Path}: it, or the -wal or -shm file beside it, was deleted or replaced under the running gateway, and the files at the path are used now. Logins and logouts that are not in it are lost.",
                file.Path);
        }
    }

    /// <summary>The error for a file that was deleted or replaced.</summary>
    public static StoreUnavailableException Gone(string path) =>
        new(
            $"SESSION_STORE_PATH {path}: its file, or the -wal or -shm file beside it, was deleted or replaced under the running gateway; leave the three to the gateway.");

    private static StoreUnavailableException Waiting(string path) =>
        new(
            $"SESSION_STORE_PATH {path}: the -wal or -shm file beside it was deleted under the running gateway, and another process has the file open; end that process, and nothing is lost.");
}
