using System.Buffers.Binary;
using System.Globalization;

namespace AuthGateway.Sessions.Store.Sqlite;

/// <summary>
/// Moves a session database aside that SQLite reports as damaged, at most once in ten minutes; an
/// empty one replaces it.
/// </summary>
/// <remarks>
/// The container image has no shell for a manual repair, and users lose no more than a login. Any
/// other file at the path is not touched.
/// </remarks>
internal sealed class DamagedFile
{
    private const int ApplicationIdOffset = 68;
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(10);
    private volatile bool _isReported;
    private DateTimeOffset _lastMove = DateTimeOffset.MinValue;

    /// <summary>True from <see cref="Report"/> until the next <see cref="TryMove"/>.</summary>
    public bool IsReported => _isReported;

    /// <summary>Records that SQLite reported damage.</summary>
    public void Report() => _isReported = true;

    /// <summary>
    /// Moves the file aside if it is a session database. No connection of this process may be open.
    /// </summary>
    public void TryMove(SqliteFile file)
    {
        _isReported = false;
        var now = file.Time.GetUtcNow();
        if (now - _lastMove < Rest || !IsSessionDatabase(file.Path))
        {
            return;
        }

        _lastMove = now;
        var aside = MoveAside(file.Path, now);
        file.Logger?.LogError(
            "SESSION_STORE_PATH {Path} was damaged. It is kept as {Aside}, a new one was made, and everybody logs in once more; look at the disk.",
            file.Path,
            aside);
    }

    /// <summary>Renames the file and its <c>-wal</c> to <c>PATH.damaged-TIME</c>.</summary>
    /// <returns>The new path.</returns>
    public static string MoveAside(string path, DateTimeOffset now)
    {
        var name = $"{path}.damaged-{now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}";
        var aside = name;
        for (var i = 2; File.Exists(aside); i++)
        {
            aside = $"{name}.{i}";
        }

        File.Move(path, aside, overwrite: false);
        if (File.Exists(path + "-wal"))
        {
            File.Move(path + "-wal", aside + "-wal", overwrite: true);
        }

        File.Delete(path + "-shm");
        return aside;
    }

    /// <summary>
    /// True when the header has SQLite's magic text and the gateway's application id (SQLite file
    /// format §1.3).
    /// </summary>
    private static bool IsSessionDatabase(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        Span<byte> head = stackalloc byte[ApplicationIdOffset + 4];
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length
            && head.StartsWith("SQLite format 3\0"u8)
            && BinaryPrimitives.ReadInt32BigEndian(head[ApplicationIdOffset..]) == SqliteSchema.ApplicationId;
    }
}
