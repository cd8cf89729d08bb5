namespace AuthGateway.Configuration;

/// <summary>
/// Limits for strangers (connections that have shown no session) and for the whole process.
/// <c>null</c> = derived from the process at start.
/// </summary>
internal sealed record LimitOptions
{
    /// <summary><c>CONNECTIONS_MAX</c>: concurrent client connections.</summary>
    public int? Connections { get; init; }

    /// <summary>
    /// <c>STRANGER_UPSTREAM_MAX</c>: concurrent requests to public paths forwarded for strangers.
    /// </summary>
    public int? StrangerUpstream { get; init; }

    /// <summary>
    /// <c>STRANGER_STREAMS_MAX</c>: concurrent requests on one HTTP/2 connection of a stranger.
    /// Default 64.
    /// </summary>
    public int StrangerStreams { get; init; } = 64;

    /// <summary>
    /// <c>STRANGER_HEADER_BYTES_MAX</c>: decoded header bytes of the open requests on one HTTP/2
    /// connection of a stranger. Default 256 KiB.
    /// </summary>
    public int StrangerHeaderBytes { get; init; } = 256 * 1024;

    /// <summary><c>STRANGER_HEADER_BYTES_TOTAL</c>: the same for all strangers together.</summary>
    public long? StrangerHeaderBytesTotal { get; init; }

    /// <summary>
    /// <c>STRANGER_REQUESTS_MAX</c>: concurrent HTTP/2 requests of all strangers together.
    /// </summary>
    public int? StrangerRequests { get; init; }

    /// <summary>
    /// <c>STRANGER_TIMEOUT</c>: how long a stranger may read no byte of a response, send no byte of
    /// a body, or keep an endpoint of the gateway busy. Default 60 s.
    /// </summary>
    public TimeSpan StrangerTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// <c>CONNECTION_IDLE_TIMEOUT</c>: how long a connection to the main or web port may be silent
    /// between requests. Default 130 s.
    /// </summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(130);

    /// <summary>
    /// <c>PROBE_CONNECTIONS_MAX</c>: concurrent connections to the probe and metrics ports. Default
    /// 64.
    /// </summary>
    public int Probes { get; init; } = 64;

    /// <summary><c>UPSTREAM_CONNECTIONS_MAX</c>: concurrent connections to upstreams.</summary>
    public int? Upstream { get; init; }

    /// <summary>
    /// <c>INPUT_BYTES_MAX</c>: bytes received ahead of the current request, for each connection.
    /// Default 128 KiB, enough for two request heads.
    /// </summary>
    public int Input { get; init; } = 128 * 1024;

    /// <summary>
    /// <c>STRANGER_ANSWERS_IN_A_ROW</c>: responses without a wait after which a stranger's
    /// connection yields to others. Default 16.
    /// </summary>
    public int AnswersInARow { get; init; } = 16;

    /// <summary>
    /// <c>STRANGER_CONTROL_FRAMES_MAX</c>: HTTP/2 frames without headers or data per second on a
    /// connection of a stranger. Default 200.
    /// </summary>
    public int ControlFrames { get; init; } = 200;

    /// <summary><c>LOG_LINES_MAX</c>: log lines of one kind per second. Default 50.</summary>
    public int LogLines { get; init; } = 50;
}
