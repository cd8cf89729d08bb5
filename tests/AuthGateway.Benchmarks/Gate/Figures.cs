namespace AuthGateway.Benchmarks.Gate;

/// <summary>What one request costs a process, once it is warm.</summary>
/// <param name="Instructions">Instructions in user mode, median of the requests.</param>
/// <param name="SystemCalls">System calls.</param>
/// <param name="Allocated">Bytes allocated on the managed heap.</param>
/// <param name="Answer">Bytes of the answer.</param>
internal sealed record Figures(double Instructions, double SystemCalls, double Allocated, double Answer);
