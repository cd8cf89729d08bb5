namespace AuthGateway.Benchmarks.OpenLoop;

/// <summary>One target at one rate for some seconds.</summary>
/// <param name="Cpu">CPU time of the target's process meanwhile.</param>
/// <param name="Wall">How long it took.</param>
/// <param name="Answers">Answers that came.</param>
/// <param name="Bad">Answers that were not 2xx, and those that did not come.</param>
/// <param name="P50">Median latency, µs; so are the others.</param>
internal sealed record RateSample(TimeSpan Cpu, TimeSpan Wall, long Answers, long Bad, long P50, long P99, long P999);
