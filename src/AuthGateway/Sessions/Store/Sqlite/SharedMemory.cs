using Microsoft.Data.Sqlite;

namespace AuthGateway.Sessions.Store.Sqlite;

/// <summary>
/// Detects file systems without shared memory maps or file locks, which two connections to one
/// database need. FUSE and network file systems may lack either.
/// </summary>
internal static class SharedMemory
{
    // Extended result codes (sqlite.org/rescode.html): SQLITE_IOERR_SHMOPEN, _SHMSIZE, _SHMLOCK,
    // _SHMMAP.
    private static readonly int[] MapCodes = [4618, 4874, 5130, 5386];

    // SQLITE_IOERR_LOCK, _UNLOCK, _RDLOCK, _CHECKRESERVEDLOCK.
    private static readonly int[] LockCodes = [3850, 2058, 2314, 3594];

    private const int WouldBlock = 11;
    private const int AccessDenied = 13;

    /// <summary>True when the maps are refused.</summary>
    public static bool IsMissing(SqliteException e) => MapCodes.Contains(e.SqliteExtendedErrorCode);

    /// <summary>
    /// True when opening without shared memory may work: the maps are refused, or their file cannot
    /// be created.
    /// </summary>
    public static bool MayBeMissing(SqliteException e, string path) =>
        IsMissing(e) || (e.SqliteErrorCode == SQLitePCL.raw.SQLITE_CANTOPEN && File.Exists(path));

    /// <summary>
    /// True when the file system has no locks (ENOLCK). SQLite reports that like a file that is
    /// locked by another process, so a lock is tried.
    /// </summary>
    public static bool HasNoLocks(SqliteException e, string path) => LockCodes.Contains(e.SqliteExtendedErrorCode)
        || (e.SqliteErrorCode == SQLitePCL.raw.SQLITE_BUSY && !CanLock(Path.GetDirectoryName(Path.GetFullPath(path))!));

    private static bool CanLock(string folder)
    {
        if (!OperatingSystem.IsLinux())
        {
            return true;
        }

        try
        {
            var probe = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Options = FileOptions.DeleteOnClose,
                BufferSize = 0,
            };
            using var stream = new FileStream(Path.Combine(folder, $".auth-gateway-lock-{Guid.NewGuid():N}"), probe);
            stream.Lock(0, 1);
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return true;
        }
        catch (IOException e)
        {
            // A full disk or a missing permission says nothing about locks.
            return e.HResult is WouldBlock or AccessDenied or 28 or 122 or 30;
        }
    }
}
