using AuthGateway.Configuration;

namespace AuthGateway.Oidc.Refresh;

/// <summary>
/// Tracks how much time is left after SIGTERM. Work that must not be interrupted starts only when
/// it can be finished.
/// </summary>
internal sealed class ShutdownDeadline(ServerOptions server, TimeProvider time)
{
    private long _startedAt;
    private volatile bool _isComing;

    /// <summary><c>SHUTDOWN_DELAY</c>: how long the gateway still takes requests.</summary>
    public TimeSpan Delay => server.ShutdownDelay;

    /// <summary><c>SHUTDOWN_TIMEOUT</c>: how long requests in progress may take then.</summary>
    public TimeSpan Timeout => server.ShutdownTimeout;

    /// <summary>
    /// Records SIGTERM: the process ends after <see cref="ServerOptions.WholeShutdown"/> at the
    /// latest.
    /// </summary>
    public void Begin()
    {
        _startedAt = time.GetTimestamp();
        _isComing = true;
    }

    /// <summary>True when at least this much time is left, or no shutdown has begun.</summary>
    public bool Leaves(TimeSpan needed) =>
        !_isComing || server.WholeShutdown - time.GetElapsedTime(_startedAt) >= needed;
}
