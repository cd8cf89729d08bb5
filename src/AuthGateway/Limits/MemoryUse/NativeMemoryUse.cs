using System.Runtime.InteropServices;

namespace AuthGateway.Limits.MemoryUse;

/// <summary>
/// Limits the freed memory that the C library (glibc) keeps.
/// </summary>
/// <remarks>
/// glibc creates up to eight pools (arenas) per processor and returns none of them by itself.
/// SQLite, OpenSSL and the JIT compiler fill them. A C library without these calls (musl) keeps
/// little and is not changed.
/// </remarks>
internal static partial class NativeMemoryUse
{
    private const int MaxArenas = -8;
    private const int SeparateMapping = -3;
    private const int LargeBlock = 64 * 1024;

    /// <summary>
    /// Stops glibc from creating more than two arenas; those that exist stay. Blocks of 64 KiB and
    /// more, in which the JIT compiler works, get mappings of their own and are returned when
    /// freed. Called first, because each new thread may create an arena. The image sets
    /// <c>MALLOC_ARENA_MAX</c>, which counts earlier.
    /// </summary>
    public static void Limit()
    {
        Try(static () => mallopt(MaxArenas, 2));
        Try(static () => mallopt(SeparateMapping, LargeBlock));
    }

    /// <summary>Returns free pages of all arenas to the operating system.</summary>
    public static void Return() => Try(static () => malloc_trim(0));

    private static void Try(Func<int> call)
    {
        try
        {
            call();
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // Not glibc.
        }
    }

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int mallopt(int parameter, int value);

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int malloc_trim(nuint keep);
}
