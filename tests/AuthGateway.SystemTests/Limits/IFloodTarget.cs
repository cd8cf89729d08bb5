namespace AuthGateway.SystemTests.Limits;

/// <summary>What a flood comes to, and what its honest clients ask meanwhile: each call gives the status of an answer.</summary>
internal interface IFloodTarget
{
    /// <summary>Of the door.</summary>
    int Port { get; }

    bool IsTls { get; }

    /// <summary>Of the provider; empty without one.</summary>
    string Issuer { get; }

    /// <summary>The session's request on a new connection: over HTTP/2 where the door speaks it.</summary>
    Task<int> AskAsync();

    /// <summary>The same on a connection that is kept.</summary>
    Task<int> AskAgainAsync();

    /// <summary>The application itself, on a new connection.</summary>
    Task<int> AskUpstreamAsync();

    /// <summary>The start of a login on a new connection: a redirect to the provider; null where there is no login.</summary>
    Task<int>? BeginLoginAsync();

    /// <summary>A probe: of the process's life, or of its readiness.</summary>
    Task<int> ProbeAsync(bool isReadiness);

    /// <summary>Memory in MiB: <c>VmRSS</c> now, <c>VmHWM</c> at its highest (proc(5)); 0 of a process that has ended.</summary>
    double MemoryMiB(string field);
}
