using AuthGateway.Configuration;

namespace AuthGateway.Oidc.Refresh;

/// <summary>How much time this process has left once it was told to end: what may not be broken off begins only when it can be finished.</summary>
internal sealed class ProcessEnd(ServerOptions server, TimeProvider time)
{
    private long _startedAt;
    private volatile bool _isComing;

    /// <summary>SIGTERM has come: the end is <see cref="ServerOptions.WholeShutdown"/> away at the latest.</summary>
    public void Begin()
    {
        _startedAt = time.GetTimestamp();
        _isComing = true;
    }

    /// <summary>True when so much time is left, or no end is in sight.</summary>
    public bool Leaves(TimeSpan needed) => !_isComing || server.WholeShutdown - time.GetElapsedTime(_startedAt) >= needed;
}
