using System.Globalization;

namespace AuthGateway.Benchmarks.Harness;

/// <summary>CPU time of a process so far, user and system, all threads: fields 14 and 15 of <c>/proc/PID/stat</c> (proc(5)).</summary>
internal static class ProcessTime
{
    /// <summary>USER_HZ, which the kernel fixes at 100 for x86 and Arm.</summary>
    private const double TicksPerSecond = 100;

    /// <summary>The CPU time of a target and of the process behind it.</summary>
    public static TimeSpan Read(Target target) =>
        Read(target.ProcessId) + (target.Behind == 0 ? TimeSpan.Zero : Read(target.Behind));

    public static TimeSpan Read(int processId)
    {
        var stat = File.ReadAllText($"/proc/{processId}/stat");
        // The second field is the program's name in brackets and may hold blanks.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        return TimeSpan.FromSeconds(ticks / TicksPerSecond);
    }
}
