using System.Text;
using AuthGateway.Oidc.Provider;

namespace AuthGateway.Limits;

/// <summary>
/// All limits for strangers and the process; docs/limits.md is generated from it.
/// </summary>
internal static class LimitTable
{
    public static readonly Limit Connections = new(
        "connections", "client connections",
        "", "(files - 224) / 2, at most one per 64 KiB of memory",
        "the oldest idle connection without a session is closed; without one, the new connection",
        "CONNECTIONS_MAX", "ConnectionLimitTests")
    { Gauge = "authgateway_connections_open" };

    public static readonly Limit Probes = new(
        "probe_connections", "connections to the probe and metrics ports",
        "", "64",
        "the oldest idle one is closed",
        "PROBE_CONNECTIONS_MAX", "ConnectionLimitTests");

    public static readonly Limit Upstreams = new(
        "upstream_connections", "connections to upstreams",
        "", "the other half of the files",
        "502 for the request",
        "UPSTREAM_CONNECTIONS_MAX", "UpstreamConnectionLimitTests")
    { Gauge = "authgateway_upstream_connections_open" };

    public static readonly Limit StrangerUpstream = new(
        "stranger_upstream", "requests to public paths being forwarded for strangers",
        "", "files / 8, at most 256",
        "503 with Retry-After",
        "STRANGER_UPSTREAM_MAX", "StrangerForwardTests")
    { Gauge = "authgateway_strangers_forwards" };

    public static readonly Limit SlowForward = new(
        "slow_forward", "such requests that are slow or silent",
        "", "all places taken, and older than 10 s",
        "the slowest is aborted for the next request",
        "STRANGER_TIMEOUT", "StrangerForwardTests");

    public static readonly Limit Streams = new(
        "streams", "concurrent HTTP/2 requests",
        "a stranger's: 64; any: 100", "",
        "further ones wait for 2 s, then the stream is refused (REFUSED_STREAM)",
        "STRANGER_STREAMS_MAX", "StrangerHttp2Tests");

    public static readonly Limit Requests = new(
        "requests_total", "concurrent HTTP/2 requests of all strangers",
        "", "one per 256 KiB of memory, 256 to 16,384",
        "the connection that holds most is closed for one that holds less; a further stream on that one is refused "
        + "(REFUSED_STREAM)",
        "STRANGER_REQUESTS_MAX", "StrangerTotalTests")
    { Gauge = "authgateway_strangers_requests" };

    public static readonly Limit HeaderBytes = new(
        "header_bytes", "decoded header bytes of open HTTP/2 requests, trailers included",
        "a stranger's: 256 KiB after decompression; an open header block: 96 KiB as sent", "",
        "further requests wait for 2 s, then the connection is closed (ENHANCE_YOUR_CALM)",
        "STRANGER_HEADER_BYTES_MAX", "StrangerHttp2Tests");

    public static readonly Limit HeaderBytesTotal = new(
        "header_bytes_total", "decoded header bytes of all strangers",
        "", "memory / 32, at least 4 MiB",
        "the connection that holds most is closed for one that holds less; a further stream on that one is refused "
        + "(ENHANCE_YOUR_CALM)",
        "STRANGER_HEADER_BYTES_TOTAL", "StrangerTotalTests")
    { Gauge = "authgateway_strangers_header_bytes" };

    public static readonly Limit ControlFrames = new(
        "control_frames", "HTTP/2 frames without headers or data (PING, SETTINGS, empty DATA, …)",
        "a stranger's: 200 per second; WINDOW_UPDATE and small DATA 50 times as many", "",
        "further ones are read in the next second",
        "STRANGER_CONTROL_FRAMES_MAX", "ControlFrameTests");

    public static readonly Limit UnreadAnswer = new(
        "unread_answer", "a response from a public path that is not read",
        "a stranger's: 60 s without a byte read", "",
        "HTTP/1.1: the connection is closed; HTTP/2: the stream is reset",
        "STRANGER_TIMEOUT", "StrangerForwardTests");

    public static readonly Limit UnfinishedBody = new(
        "unfinished_body", "a body to a public path that does not arrive",
        "a stranger's: 60 s without a byte", "",
        "HTTP/1.1: the connection is closed; HTTP/2: the stream is reset",
        "STRANGER_TIMEOUT", "StrangerForwardTests");

    public static readonly Limit OwnEndpoint = new(
        "own_endpoint", "responses and bodies of the gateway's own endpoints",
        "a stranger's: 60 s until a response is sent and read", "",
        "the connection is closed",
        "STRANGER_TIMEOUT", "StrangerWatchTests");

    public static readonly Limit Idle = new(
        "idle", "idle connections to the main and web ports",
        "any: 130 s without a request", "",
        "it is closed",
        "CONNECTION_IDLE_TIMEOUT", "StrangerWatchTests");

    public static readonly Limit Input = new(
        "input", "bytes received ahead of the current request",
        "any: 128 KiB", "",
        "nothing more is read",
        "INPUT_BYTES_MAX", "ListenerLimitTests")
    { IsCounted = false };

    public static readonly Limit Pipelining = new(
        "pipelining", "requests answered without a wait",
        "a stranger's: 16", "",
        "such connections continue one after another on half of the processors",
        "STRANGER_ANSWERS_IN_A_ROW", "PipeliningTests")
    { IsCounted = false };

    public static readonly Limit ProviderCalls = new(
        "provider_calls", "calls to the provider that logins cause",
        "", "32 at a time, 32 wait for 5 s",
        "503 page with Retry-After",
        "PROVIDER_CALLS_MAX", "ProviderBudgetTests");

    public static readonly Limit LogLines = new(
        "log_lines", "log lines of one kind",
        "", "50 per second, 1 for the web server's messages about peers; 2,500 waiting for a slow log",
        "further lines are counted, and one line gives their number; lines that wait too long are dropped",
        "LOG_LINES_MAX", "QuietLogTests");

    public static IReadOnlyList<Limit> All { get; } =
    [
        Connections, Probes, Upstreams, StrangerUpstream, SlowForward, Streams, Requests, HeaderBytes,
        HeaderBytesTotal, ControlFrames, UnreadAnswer, UnfinishedBody, OwnEndpoint, Idle, Input,
        Pipelining, ProviderCalls, LogLines,
    ];

    /// <summary>Prints docs/limits.md.</summary>
    public static string Markdown()
    {
        var text = new StringBuilder("""
            # Limits

            Generated by `auth-gateway limits`; a test compares. A *stranger* is a connection that has
            shown neither a live session nor another valid credential. As soon as one of its requests
            shows one, the limits for strangers no longer apply to it: notebooks, uploads and event
            streams of sessions are not interrupted.

            A reached limit is counted in `authgateway_limits_reached_total` with its name as the label
            `limit`, and logged at most once per second; those marked *waits* only make a peer wait and
            are not counted. The column *in use* names the metric of the current use. No limit applies
            to a peer's address, because many users share one behind a proxy or a NAT. A peer is limited
            by its connection; at a limit of the process the peer that holds most is cut first.
            `/healthz` and `/readyz` answer throughout.

            | name | resource | limit of a connection | limit of the process | effect | in use | setting | test |
            |---|---|---|---|---|---|---|---|

            """.ReplaceLineEndings("\n"));
        foreach (var limit in All)
        {
            text.Append(
                $"| `{limit.Name}` | {limit.Resource} | {OrDash(limit.OfConnection)} | {OrDash(limit.OfProcess)} | "
                + $"{limit.Happens} | {InUse(limit)} | `{limit.Setting}` | `{limit.Test}` |\n");
        }

        return text.ToString();
    }

    private static string OrDash(string text) => text.Length == 0 ? "–" : text;

    private static string InUse(Limit limit) =>
        limit.IsCounted ? limit.Gauge.Length == 0 ? "–" : $"`{limit.Gauge}`" : "*waits*";
}
