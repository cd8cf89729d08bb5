using static AuthGateway.Configuration.Catalogue.SettingType;

namespace AuthGateway.Configuration.Catalogue;

/// <summary>
/// Settings of limits for strangers and the process; docs/limits.md lists all limits.
/// </summary>
internal static class LimitSettings
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        new("CONNECTIONS_MAX", Number, "from the file limit and the memory of the process",
            "Concurrent client connections. At the limit the oldest idle connection that has shown no session is "
            + "closed.") { Unit = "connections" },
        new("STRANGER_UPSTREAM_MAX", Number, "an eighth of the file limit, at most 256",
            "Concurrent requests to public paths that are forwarded for connections that have shown no session; "
            + "further ones get 503 with Retry-After.") { Unit = "requests" },
        new("STRANGER_STREAMS_MAX", Number, "64",
            "Concurrent HTTP/2 requests on one connection that has shown no session; further ones wait for 2 s, then "
            + "are refused (REFUSED_STREAM).") { Source = "RFC 9113 §8.7", Unit = "requests" },
        new("STRANGER_HEADER_BYTES_MAX", Number, "262144",
            "Decoded header bytes of the open requests on one HTTP/2 connection that has shown no session; at the "
            + "limit the connection is closed (ENHANCE_YOUR_CALM).") { Source = "RFC 9113 §10.5.1", Unit = "bytes" },
        new("STRANGER_HEADER_BYTES_TOTAL", Number, "a 32nd of the memory limit, at least 4194304",
            "Decoded header bytes of the open requests on all such connections together. At the limit the connection "
            + "that holds most is closed.") { Unit = "bytes" },
        new("STRANGER_REQUESTS_MAX", Number, "one for 256 KiB of the memory limit, 256 to 16384",
            "Concurrent HTTP/2 requests on all connections together that have shown no session. At the limit the "
            + "connection that holds most is closed; a further request on that one is refused (REFUSED_STREAM).")
        { Unit = "requests" },
        new("STRANGER_TIMEOUT", Duration, "60",
            "How long a connection that has shown no session may read no byte of a response, send no byte of a body, "
            + "or keep an endpoint of the gateway busy. At most 24h.") { Unit = "seconds" },
        new("CONNECTION_IDLE_TIMEOUT", Duration, "130",
            "How long a connection to SERVER_PORT or WEB_SERVER_PORT may be idle between requests. Check connections "
            + "of Envoy may be idle for 65 min.") { Unit = "seconds" },
        new("PROBE_CONNECTIONS_MAX", Number, "64",
            "Concurrent connections to READINESS_PROBE_PORT and METRICS_PORT. At the limit the oldest idle one is "
            + "closed.") { Unit = "connections" },
        new("UPSTREAM_CONNECTIONS_MAX", Number, "from the file limit of the process",
            "Concurrent connections to upstreams. A request that needs a further one gets 502.")
        { Unit = "connections" },
        new("INPUT_BYTES_MAX", Number, "131072",
            "Bytes received ahead of the current request, for each connection.") { Unit = "bytes" },
        new("STRANGER_ANSWERS_IN_A_ROW", Number, "16",
            "Responses without a wait after which a connection that has shown no session yields to others.")
        { Unit = "responses" },
        new("STRANGER_CONTROL_FRAMES_MAX", Number, "200",
            "HTTP/2 frames without headers or data (PING, SETTINGS, …) read per second on a connection that has "
            + "shown no session; of WINDOW_UPDATE 50 times as many.") { Source = "RFC 9113 §10.5", Unit = "frames" },
        new("LOG_LINES_MAX", Number, "50",
            "Log lines of one kind per second (1 for the web server's messages about peers); further ones are "
            + "counted, and one line gives their number.") { Unit = "lines" },
    ];
}
