using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace AuthGateway.Sessions.Store.Sqlite;

/// <summary>Describes a file or SQLite error in one sentence for the operator.</summary>
internal static partial class SqliteErrors
{
    // errno(3), as .NET reports it.
    public const int FileTooBig = 27;
    private const int NoSpace = 28;
    private const int ReadOnlyFileSystem = 30;
    private const int QuotaUsedUp = 122;

    // Extended result code (sqlite.org/rescode.html) SQLITE_IOERR_WRITE: SQLite reports an
    // exhausted quota with it.
    private const int WriteFailed = 778;

    /// <summary>Describes an exception of file access or SQLite.</summary>
    public static StoreUnavailableException Describe(string path, Exception e) => e switch
    {
        StoreUnavailableException known => known,
        // SQLite then opens the file for reading alone, and a lock or a map fails as well.
        SqliteException
        {
            SqliteErrorCode: SQLitePCL.raw.SQLITE_READONLY
                or SQLitePCL.raw.SQLITE_CANTOPEN
                or SQLitePCL.raw.SQLITE_IOERR,
        } when File.Exists(path) && IsOnReadOnlyFileSystem(path) => new(ReadOnlyPlace(path), e),
        SqliteException sqlite when SharedMemory.HasNoLocks(sqlite, path) =>
            new(
                $"SESSION_STORE_PATH {path}: this file system has no file locks, which SQLite needs; use a block volume or a local disk, or SESSION_STORE_TYPE=redis.",
                e),
        SqliteException sqlite when SharedMemory.IsMissing(sqlite) =>
            new(
                $"SESSION_STORE_PATH {path}: this file system has no shared memory maps, and the file cannot be had for one process alone; use a block volume or a local disk, or SESSION_STORE_TYPE=redis.",
                e),
        SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED } =>
            new(
                $"SESSION_STORE_PATH {path} is locked by another process; one gateway per file, or end the other process.",
                e),
        SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_FULL } =>
            new($"SESSION_STORE_PATH {path}: the disk is full; free space or enlarge the volume.", e),
        SqliteException { SqliteExtendedErrorCode: WriteFailed } =>
            new(
                $"SESSION_STORE_PATH {path}: the disk takes nothing more (its quota or a size limit is reached, or it is broken); enlarge the volume or repair it.",
                e),
        SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_NOTADB or SQLitePCL.raw.SQLITE_CORRUPT } =>
            new(
                $"SESSION_STORE_PATH {path} is not a usable SQLite file; auth-gateway sessions reset moves it away, and users log in once more.",
                e),
        SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_ERROR } =>
            new(
                $"SESSION_STORE_PATH {path} lacks a table or column of the session store ({e.Message.TrimEnd('.')}); auth-gateway sessions reset moves it away, and users log in once more.",
                e),
        SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_CANTOPEN }
            when !File.Exists(path) && Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))) =>
            new(
                $"SESSION_STORE_PATH {path} is not there, or uid {geteuid()} may not see it; name the running gateway's file (its first start makes it) and be its user.",
                e),
        _ when Directory.Exists(path) => IsFolder(path),
        _ when FileAbove(path) is { } file => IsBelowFile(path, file),
        IOException { HResult: NoSpace or FileTooBig or QuotaUsedUp } =>
            new($"SESSION_STORE_PATH {path}: the disk is full; free space or enlarge the volume.", e),
        _ => new(Unwritable(path, e), e),
    };

    /// <summary>True when the disk is full.</summary>
    public static bool IsFull(SqliteException e) =>
        e.SqliteErrorCode == SQLitePCL.raw.SQLITE_FULL || e.SqliteExtendedErrorCode == WriteFailed;

    /// <summary>
    /// True when the store refuses a write and still reads: its disk is full or has become
    /// read-only, or another process holds the write lock.
    /// </summary>
    public static bool IsWriteRefusal(SqliteException e) =>
        IsFull(e) || e.SqliteErrorCode is SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_READONLY;

    /// <summary>True when the file system refused a write because it is read-only.</summary>
    public static bool IsReadOnly(Exception e) => e is IOException { HResult: ReadOnlyFileSystem };

    public static StoreUnavailableException IsFolder(string path) =>
        new($"SESSION_STORE_PATH {path} is a folder; name a file in it, for instance {path.TrimEnd('/')}/data.db.");

    public static StoreUnavailableException IsBelowFile(string path, string file) =>
        new($"SESSION_STORE_PATH {path} lies below {file}, which is a file and no folder; choose another path.");

    /// <summary>
    /// Finds a file in the place of one of the path's folders; null when there is none.
    /// </summary>
    private static string? FileAbove(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        while (folder is not null && !File.Exists(folder))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder;
    }

    private static string ReadOnlyPlace(string path) =>
        $"SESSION_STORE_PATH {path} is on a read-only file system; mount a writable volume there (readOnly: false), look at the disk if it was writable, or choose another path.";

    private static string Unwritable(string path, Exception e)
    {
        var place = File.Exists(path) ? path : NearestFolder(path);
        if (IsReadOnly(e) || IsOnReadOnlyFileSystem(place))
        {
            return ReadOnlyPlace(path);
        }

        var owner = TryStat(place, out var uid, out var gid, out var mode)
            ? $"{place} is owned by {uid}:{gid} with mode {Convert.ToString(mode & 0xFFF, 8).PadLeft(4, '0')}"
            : $"{place} cannot be examined";
        return $"SESSION_STORE_PATH {path} cannot be written by uid {geteuid()} gid {getegid()}: {owner} ({Reason(e)}); give the volume to this user (fsGroup or chown) or choose another path.";
    }

    private static string Reason(Exception e) => e switch
    {
        UnauthorizedAccessException => "permission denied",
        SqliteException sqlite => $"SQLite error {sqlite.SqliteErrorCode}",
        DirectoryNotFoundException => "no such folder",
        _ => "input/output error",
    };

    private static string NearestFolder(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        while (folder is not null && !Directory.Exists(folder))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? "/";
    }

    // struct statvfs (bits/statvfs.h), 64 bits: f_flag at 72; ST_RDONLY is 1.
    private static bool IsOnReadOnlyFileSystem(string place)
    {
        Span<byte> buffer = stackalloc byte[256];
        return statvfs(place, ref MemoryMarshal.GetReference(buffer)) == 0
            && (MemoryMarshal.Read<ulong>(buffer[72..]) & 1) != 0;
    }

    private static bool TryStat(string path, out uint uid, out uint gid, out ushort mode)
    {
        // struct statx (linux/stat.h): uid at 20, gid at 24, mode at 28.
        Span<byte> buffer = stackalloc byte[256];
        var ok = statx(-100, path, 0, 0x7FF, ref MemoryMarshal.GetReference(buffer)) == 0;
        uid = MemoryMarshal.Read<uint>(buffer[20..]);
        gid = MemoryMarshal.Read<uint>(buffer[24..]);
        mode = MemoryMarshal.Read<ushort>(buffer[28..]);
        return ok;
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int statx(int folder, string path, int flags, uint mask, ref byte buffer);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int statvfs(string path, ref byte buffer);

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint geteuid();

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint getegid();
}
