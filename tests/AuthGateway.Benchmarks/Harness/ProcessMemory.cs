using System.Globalization;

namespace AuthGateway.Benchmarks.Harness;

/// <summary>Resident memory of a process by <c>/proc/PID/status</c> (proc(5)), MiB.</summary>
internal static class ProcessMemory
{
    public static long ResidentMiB(int processId) => MiB(processId, "VmRSS:");

    public static long HighestMiB(int processId) => MiB(processId, "VmHWM:");

    private static long MiB(int processId, string name)
    {
        var line = File.ReadLines($"/proc/{processId}/status").First(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture) / 1024;
    }
}
