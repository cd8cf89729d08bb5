namespace AuthGateway.Configuration;

/// <summary>What strangers (connections without a session shown) and the process as a whole may hold. <c>null</c> = derived from the process at start.</summary>
internal sealed record LimitOptions
{
    /// <summary><c>CONNECTIONS_MAX</c>: client connections at a time.</summary>
    public int? Connections { get; init; }

    /// <summary><c>STRANGER_UPSTREAM_MAX</c>: requests to public paths that are forwarded for strangers at a time.</summary>
    public int? StrangerUpstream { get; init; }

    /// <summary><c>STRANGER_STREAMS_MAX</c>: requests under way on one HTTP/2 connection of a stranger. Default 64.</summary>
    public int StrangerStreams { get; init; } = 64;

    /// <summary><c>STRANGER_HEADER_BYTES_MAX</c>: decoded header bytes under way on one HTTP/2 connection of a stranger. Default 256 KiB.</summary>
    public int StrangerHeaderBytes { get; init; } = 256 * 1024;

    /// <summary><c>STRANGER_HEADER_BYTES_TOTAL</c>: the same for all strangers together.</summary>
    public long? StrangerHeaderBytesTotal { get; init; }

    /// <summary><c>STRANGER_REQUESTS_MAX</c>: HTTP/2 requests under way of all strangers together.</summary>
    public int? StrangerRequests { get; init; }

    /// <summary><c>STRANGER_TIMEOUT</c>: how long a stranger may take no byte of an answer, send no byte of a body, or keep one of our own endpoints busy. Default 60 s.</summary>
    public TimeSpan StrangerTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary><c>CONNECTION_IDLE_TIMEOUT</c>: how long a connection to the main or web port may be silent between requests. Default 130 s.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(130);

    /// <summary><c>PROBE_CONNECTIONS_MAX</c>: connections to the probe and metrics ports at a time. Default 64.</summary>
    public int Probes { get; init; } = 64;

    /// <summary><c>UPSTREAM_CONNECTIONS_MAX</c>: connections to upstreams at a time.</summary>
    public int? Upstream { get; init; }

    /// <summary><c>INPUT_BYTES_MAX</c>: bytes received ahead of the request under way, for each connection. Default 128 KiB: two heads.</summary>
    public int Input { get; init; } = 128 * 1024;

    /// <summary><c>STRANGER_ANSWERS_IN_A_ROW</c>: answers without a wait after which a stranger's connection lets others have their turn. Default 16.</summary>
    public int AnswersInARow { get; init; } = 16;

    /// <summary><c>STRANGER_CONTROL_FRAMES_MAX</c>: HTTP/2 frames without head or body a second on a connection of a stranger. Default 200.</summary>
    public int ControlFrames { get; init; } = 200;

    /// <summary><c>LOG_LINES_MAX</c>: lines of one kind a second. Default 50.</summary>
    public int LogLines { get; init; } = 50;
}
