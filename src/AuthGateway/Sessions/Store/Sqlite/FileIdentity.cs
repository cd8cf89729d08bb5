using System.Runtime.InteropServices;

namespace AuthGateway.Sessions.Store.Sqlite;

/// <summary>
/// Device and inode of a file. They change when another file replaces it (statx(2)).
/// </summary>
internal readonly partial record struct FileIdentity(ulong Device, ulong Inode)
{
    private const uint WantInode = 0x100;

    /// <summary>Reads the identity; default when there is no such file.</summary>
    public static FileIdentity Of(string path)
    {
        // struct statx (linux/stat.h): inode at 32, device major and minor at 136 and 140.
        Span<byte> buffer = stackalloc byte[256];
        return statx(-100, path, 0, WantInode, ref MemoryMarshal.GetReference(buffer)) == 0
            ? new(MemoryMarshal.Read<ulong>(buffer[136..]), MemoryMarshal.Read<ulong>(buffer[32..]))
            : default;
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int statx(int folder, string path, int flags, uint mask, ref byte buffer);
}
