using System.Buffers.Binary;

namespace AuthGateway.Sessions.Store.Sqlite;

/// <summary>
/// Recognises oidc-authservice's BoltDB file by the magic number of its first meta page.
/// </summary>
internal static class BoltFile
{
    private const uint Magic = 0xED0CDAED;
    private const int MagicOffset = 16;

    /// <summary>
    /// Renames a BoltDB file to <c>&lt;path&gt;.boltdb</c>, or <c>.boltdb.2</c> and so on if that
    /// exists; its bytes are not changed.
    /// </summary>
    /// <returns>Its new path; null when there was none.</returns>
    public static string? MoveAside(string path)
    {
        if (!IsAt(path))
        {
            return null;
        }

        var free = path + ".boltdb";
        for (var i = 2; File.Exists(free); i++)
        {
            free = $"{path}.boltdb.{i}";
        }

        File.Move(path, free, overwrite: false);
        return free;
    }

    /// <summary>True when a BoltDB file is at the path.</summary>
    public static bool IsAt(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        Span<byte> head = stackalloc byte[MagicOffset + 4];
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length
            && BinaryPrimitives.ReadUInt32LittleEndian(head[MagicOffset..]) == Magic;
    }
}
