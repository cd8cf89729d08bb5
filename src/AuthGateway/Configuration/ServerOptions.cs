using System.Net;

namespace AuthGateway.Configuration;

/// <summary>Listeners, upstream and logs.</summary>
internal sealed record ServerOptions
{
    /// <summary>Address of the main, web and ext_authz listeners; <c>null</c> = all interfaces.</summary>
    public string? Hostname { get; init; }

    /// <summary><c>SERVER_PORT</c>, default 8080. 0 picks a free port (tests).</summary>
    public int Port { get; init; } = 8080;

    /// <summary><c>READINESS_PROBE_PORT</c>, default 8081, on all interfaces.</summary>
    public int ProbePort { get; init; } = 8081;

    /// <summary><c>METRICS_PORT</c>, default the probe port.</summary>
    public int MetricsPort { get; init; } = 8081;

    /// <summary><c>WEB_SERVER_PORT</c>, default 8082.</summary>
    public int WebPort { get; init; } = 8082;

    /// <summary><c>EXT_AUTHZ_PORT</c>; <c>null</c> = off, unless there is no upstream: then the main port is the check listener.</summary>
    public int? ExtAuthzPort { get; init; }

    /// <summary>Headers that the operator's Envoy copies upstream from an allowing check. Default: <c>USERID_HEADER</c> alone.</summary>
    public required IReadOnlyList<string> ExtAuthzUpstreamHeaders { get; init; }

    /// <summary><c>UPSTREAM_URL</c>: in-line mode with one upstream.</summary>
    public Uri? Upstream { get; init; }

    /// <summary><c>UPSTREAM_HOST</c>: the <c>Host</c> that the upstream of <c>UPSTREAM_URL</c> sees; <c>null</c> = the client's (default).</summary>
    public string? UpstreamHost { get; init; }

    /// <summary><c>SERVER_H2C</c>: HTTP/2 without TLS on the main port too, for clients that begin with it (RFC 9113 §3.3). Default false.</summary>
    public bool AcceptsCleartextHttp2 { get; init; }

    /// <summary><c>ROUTES_FILE</c>: YARP's own JSON, hot-reloaded.</summary>
    public string? RoutesFile { get; init; }

    /// <summary>True when requests are forwarded by us.</summary>
    public bool IsInline => Upstream is not null || RoutesFile is not null;

    /// <summary>True when a listener answers Envoy's ext_authz checks.</summary>
    public bool AnswersChecks => !IsInline || ExtAuthzPort is not null;

    public string? TlsCertFile { get; init; }
    public string? TlsKeyFile { get; init; }

    /// <summary>Peers whose <c>X-Forwarded-*</c>/<c>X-Original-*</c> are read; empty = nobody.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary><c>SHUTDOWN_DELAY</c>: between SIGTERM and the end it serves on, not ready. Default 5 s with Redis (replicas), else none (nobody takes over).</summary>
    public TimeSpan ShutdownDelay { get; init; }

    /// <summary><c>SHUTDOWN_TIMEOUT</c>: how long requests under way may take to finish when the delay is over. Default 20 s.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>From SIGTERM to the end at the latest: closing handshakes and the store take a moment of their own (3 s).</summary>
    public TimeSpan WholeShutdown => ShutdownDelay + ShutdownTimeout + TimeSpan.FromSeconds(3);

    /// <summary>Limits against strangers.</summary>
    public LimitOptions Limits { get; init; } = new();

    public AccessLog AccessLog { get; init; } = AccessLog.Errors;

    public LogLevel LogLevel { get; init; } = LogLevel.Information;
}

internal enum AccessLog { Off, Errors, All }
