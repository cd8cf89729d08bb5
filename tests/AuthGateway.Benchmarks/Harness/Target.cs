namespace AuthGateway.Benchmarks.Harness;

/// <summary>Something to send requests to, and the process whose CPU time they cost.</summary>
internal sealed record Target(string Name, Uri Address, int ProcessId, string? Cookie = null);
