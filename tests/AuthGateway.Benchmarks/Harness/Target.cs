namespace AuthGateway.Benchmarks.Harness;

/// <summary>Something to send requests to, and the process whose CPU time they cost. All get the same request: one who only has to read the cookie reads it too.</summary>
internal sealed record Target(string Name, Uri Address, int ProcessId, string Cookie)
{
    /// <summary>A script of wrk's that makes the requests, where each differs from the one before.</summary>
    public string? Script { get; init; }

    /// <summary>A process behind it whose CPU time counts too; 0 = none.</summary>
    public int Behind { get; init; }
}
