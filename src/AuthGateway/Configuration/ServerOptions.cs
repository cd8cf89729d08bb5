using System.Net;
using AuthGateway.Configuration.Choices;

namespace AuthGateway.Configuration;

/// <summary>Listeners, upstream and logs.</summary>
internal sealed record ServerOptions
{
    /// <summary>
    /// Address of the main, web and ext_authz listeners; <c>null</c> = all interfaces.
    /// </summary>
    public string? Hostname { get; init; }

    /// <summary><c>SERVER_PORT</c>, default 8080. 0 picks a free port (tests).</summary>
    public int Port { get; init; } = 8080;

    /// <summary><c>READINESS_PROBE_PORT</c>, default 8081, on all interfaces.</summary>
    public int ProbePort { get; init; } = 8081;

    /// <summary><c>METRICS_PORT</c>, default the probe port.</summary>
    public int MetricsPort { get; init; } = 8081;

    /// <summary><c>WEB_SERVER_PORT</c>, default 8082.</summary>
    public int WebPort { get; init; } = 8082;

    /// <summary>
    /// <c>EXT_AUTHZ_PORT</c>; <c>null</c> = off. Without an upstream the main port answers the
    /// checks.
    /// </summary>
    public int? ExtAuthzPort { get; init; }

    /// <summary>
    /// Response headers that Envoy copies upstream from an allow answer. Default:
    /// <c>USERID_HEADER</c> only.
    /// </summary>
    public required IReadOnlyList<string> ExtAuthzUpstreamHeaders { get; init; }

    /// <summary><c>UPSTREAM_URL</c>: in-line mode with one upstream.</summary>
    public Uri? Upstream { get; init; }

    /// <summary>
    /// <c>UPSTREAM_HOST</c>: <c>Host</c> sent to the upstream of <c>UPSTREAM_URL</c>; <c>null</c> =
    /// the client's (default).
    /// </summary>
    public string? UpstreamHost { get; init; }

    /// <summary>
    /// <c>SERVER_H2C</c>: accepts HTTP/2 with prior knowledge without TLS on the main port (RFC
    /// 9113 §3.3). Default false.
    /// </summary>
    public bool AcceptsCleartextHttp2 { get; init; }

    /// <summary><c>ROUTES_FILE</c>: routes in YARP's JSON, reloaded on change.</summary>
    public string? RoutesFile { get; init; }

    /// <summary>True in in-line mode: the gateway forwards requests itself.</summary>
    public bool IsInline => Upstream is not null || RoutesFile is not null;

    /// <summary>True when a listener answers Envoy's ext_authz checks.</summary>
    public bool AnswersChecks => !IsInline || ExtAuthzPort is not null;

    public string? TlsCertFile { get; init; }
    public string? TlsKeyFile { get; init; }

    /// <summary>
    /// Peers whose <c>X-Forwarded-*</c>/<c>X-Original-*</c> are trusted; empty = none.
    /// </summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>
    /// <c>SHUTDOWN_DELAY</c>: how long requests are still served after SIGTERM while the readiness
    /// probe fails. Default 5 s with Redis, where other replicas take over, else none.
    /// </summary>
    public TimeSpan ShutdownDelay { get; init; }

    /// <summary>
    /// <c>SHUTDOWN_TIMEOUT</c>: how long requests in progress may take to finish after the delay.
    /// Default 20 s.
    /// </summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Longest time from SIGTERM to exit, with 3 s for closing handshakes and the store.
    /// </summary>
    public TimeSpan WholeShutdown => ShutdownDelay + ShutdownTimeout + TimeSpan.FromSeconds(3);

    /// <summary>Limits for strangers and the process.</summary>
    public LimitOptions Limits { get; init; } = new();

    public AccessLog AccessLog { get; init; } = AccessLog.Errors;

    public LogLevel LogLevel { get; init; } = LogLevel.Information;
}
