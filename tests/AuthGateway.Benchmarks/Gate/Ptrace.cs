using System.Runtime.InteropServices;

namespace AuthGateway.Benchmarks.Gate;

/// <summary>The calls of ptrace(2) and their constants, for Linux on x64 and arm64.</summary>
internal static class Ptrace
{
    public const int Continue = 7;
    public const int SingleStep = 9;
    public const int Detach = 17;
    public const int SystemCall = 24;
    public const int Seize = 0x4206;
    public const int Interrupt = 0x4207;

    /// <summary>Stops at a system call have bit 7 of the signal set; new threads are traced too.</summary>
    public const int Options = 1 | 8;

    /// <summary>All children (<c>__WALL</c>) that belong to this thread (<c>__WNOTHREAD</c>).</summary>
    public const int OwnTracees = 0x40000000 | 0x20000000;

    public const int TrapSignal = 5;
    public const int UrgentSignal = 23;

    public static void Run(int request, int thread, nint data = 0)
    {
        if (Call(request, thread, 0, data) != 0 && Marshal.GetLastPInvokeError() is var error and not NoSuchProcess)
        {
            throw new InvalidOperationException(
                $"ptrace({request}) of thread {thread} failed: {Marshal.GetPInvokeErrorMessage(error)}. The gate counts by ptrace: it must be allowed here.");
        }
    }

    /// <summary>Waits for a stop of a tracee of this thread; -1 when there is none left.</summary>
    public static int Wait(out int status) => WaitFor(-1, out status, OwnTracees);

    private const int NoSuchProcess = 3;

    [DllImport("libc", EntryPoint = "ptrace", SetLastError = true)]
    private static extern nint Call(long request, int thread, nint address, nint data);

    [DllImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    private static extern int WaitFor(int thread, out int status, int options);

    /// <summary>Sends a signal to one thread.</summary>
    [DllImport("libc", EntryPoint = "tgkill", SetLastError = true)]
    public static extern int KillThread(int process, int thread, int signal);

    /// <summary>Sends a signal.</summary>
    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static extern int Kill(int process, int signal);
}
