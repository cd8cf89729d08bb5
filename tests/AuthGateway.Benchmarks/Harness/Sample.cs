namespace AuthGateway.Benchmarks.Harness;

/// <summary>One run of one target, or several of its turns added up.</summary>
/// <param name="Requests">Answers that came.</param>
/// <param name="Seconds">How long it took, s.</param>
/// <param name="Cpu">CPU time of the target's process meanwhile.</param>
/// <param name="Bad">Answers that were not 2xx or 3xx, and broken connections. Anything but 0 spoils the run.</param>
internal sealed record Sample(double Requests, double Seconds, TimeSpan Cpu, long Bad)
{
    public static Sample None { get; } = new(0, 0, TimeSpan.Zero, 0);

    /// <summary>Requests a second.</summary>
    public double PerSecond => Requests / Seconds;

    /// <summary>CPU time of the target's process for each request, µs.</summary>
    public double CpuMicroseconds => Cpu.TotalMicroseconds / Math.Max(1, Requests);

    /// <summary>Requests for each second of CPU: the capacity of one core, whatever else the machine does.</summary>
    public double PerCpuSecond => 1_000_000 / CpuMicroseconds;

    public static Sample operator +(Sample left, Sample right) =>
        new(left.Requests + right.Requests, left.Seconds + right.Seconds, left.Cpu + right.Cpu, left.Bad + right.Bad);
}
