namespace AuthGateway.Benchmarks.Bulk;

/// <summary>One transfer.</summary>
/// <param name="Rate">Millions of bytes a second.</param>
/// <param name="Cpu">CPU time of the proxy's process meanwhile.</param>
internal sealed record BulkSample(double Rate, TimeSpan Cpu);
