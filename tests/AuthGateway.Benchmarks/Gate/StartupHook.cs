using System.Globalization;
using System.Runtime.InteropServices;

/// <summary>
/// Runs inside a measured process (<c>DOTNET_STARTUP_HOOKS</c>): at SIGUSR1 it writes how many bytes the process has
/// allocated so far into the file <c>AUTHGATEWAY_GATE_FOLDER/PID</c>.
/// </summary>
#pragma warning disable CA1050 // The runtime looks for this name without a namespace.
internal static class StartupHook
#pragma warning restore CA1050
{
    public const int Signal = 10;
    public const string FolderVariable = "AUTHGATEWAY_GATE_FOLDER";
    private static PosixSignalRegistration? _registration;

    public static void Initialize()
    {
        var file = Path.Combine(
            Environment.GetEnvironmentVariable(FolderVariable)!, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        _registration = PosixSignalRegistration.Create((PosixSignal)Signal, context =>
        {
            context.Cancel = true;
            File.WriteAllText(file + ".new", GC.GetTotalAllocatedBytes(precise: true).ToString(CultureInfo.InvariantCulture));
            File.Move(file + ".new", file);
        });
    }
}
