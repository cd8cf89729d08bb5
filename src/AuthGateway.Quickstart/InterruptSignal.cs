using System.Runtime.InteropServices;

namespace AuthGateway.Quickstart;

/// <summary>
/// A shell script's background job (<c>dotnet run … &amp;</c>) inherits an ignored SIGINT (POSIX shell, 2.11), and .NET leaves an
/// ignored SIGINT ignored. The quickstart promises to end on it, so the default comes back first.
/// </summary>
internal static class InterruptSignal
{
    private const int Number = 2;

    public static void StopIgnoring()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = SetHandler(Number, 0);
        }
    }

    [DllImport("libc", EntryPoint = "signal")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint SetHandler(int signal, nint handler);
}
