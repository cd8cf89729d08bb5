using System.Runtime.InteropServices;

namespace AuthGateway.Limits.MemoryUse;

/// <summary>
/// What the C library keeps of freed memory. It makes up to eight pools (arenas) a processor and gives none of them back by itself; SQLite, OpenSSL and the
/// runtime's compiler fill them. A C library without these calls (musl) keeps little and is left alone.
/// </summary>
internal static partial class NativeMemoryUse
{
    private const int MaxArenas = -8;

    /// <summary>Two arenas for the process: to be called before there are threads.</summary>
    public static void LimitArenas() => Try(static () => mallopt(MaxArenas, 2));

    /// <summary>Gives free pages of all arenas back to the system.</summary>
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
