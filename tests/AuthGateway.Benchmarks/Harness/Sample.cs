namespace AuthGateway.Benchmarks.Harness;

/// <summary>One run of one target.</summary>
/// <param name="PerSecond">Requests a second.</param>
/// <param name="CpuMicroseconds">CPU time of the target's process for each of them.</param>
/// <param name="Bad">Answers that were not 2xx or 3xx, and broken connections. Anything but 0 spoils the run.</param>
internal sealed record Sample(double PerSecond, double CpuMicroseconds, long Bad)
{
    /// <summary>Requests for each second of CPU: the capacity of one core, whatever else the machine does.</summary>
    public double PerCpuSecond => 1_000_000 / CpuMicroseconds;
}
