using System.Text;
using AuthGateway.Oidc.Provider;

namespace AuthGateway.Limits;

/// <summary>Every limit against strangers; docs/limits.md is written from it.</summary>
internal static class LimitTable
{
    public static readonly Limit Connections = new(
        "connections", "client connections", "", "(files - 224) / 2, at most one for 64 KiB of memory",
        "the oldest idle connection without a session is closed; without one, the new connection", "CONNECTIONS_MAX", "ConnectionLimitTests")
    { Gauge = "authgateway_connections_open" };

    public static readonly Limit Probes = new(
        "probe_connections", "connections to the probe and metrics ports", "", "64",
        "the oldest idle one is closed", "PROBE_CONNECTIONS_MAX", "ConnectionLimitTests");

    public static readonly Limit Upstreams = new(
        "upstream_connections", "connections to upstreams", "", "the other half of the files",
        "502 for the request", "UPSTREAM_CONNECTIONS_MAX", "UpstreamConnectionLimitTests")
    { Gauge = "authgateway_upstream_connections_open" };

    public static readonly Limit StrangerUpstream = new(
        "stranger_upstream", "requests to public paths under way for strangers", "", "files / 8, at most 256",
        "503 with Retry-After", "STRANGER_UPSTREAM_MAX", "StrangerForwardTests")
    { Gauge = "authgateway_strangers_forwards" };

    public static readonly Limit SlowForward = new(
        "slow_forward", "the same that drip or are silent", "", "all places taken, and 10 s under way",
        "the slowest is ended for the next request", "STRANGER_TIMEOUT", "StrangerForwardTests");

    public static readonly Limit Streams = new(
        "streams", "HTTP/2 requests under way", "a stranger's: 64; any: 100", "",
        "further ones wait for 2 s, then the stream is refused (REFUSED_STREAM)", "STRANGER_STREAMS_MAX", "StrangerHttp2Tests");

    public static readonly Limit Requests = new(
        "requests_total", "HTTP/2 requests under way of all strangers", "", "one for 256 KiB of memory, 256 to 16,384",
        "the connection that holds most is closed for one that holds less; a further stream of that one is refused (REFUSED_STREAM)", "STRANGER_REQUESTS_MAX", "StrangerTotalTests")
    { Gauge = "authgateway_strangers_requests" };

    public static readonly Limit HeaderBytes = new(
        "header_bytes", "decoded header bytes of HTTP/2 requests under way, trailers included", "a stranger's: 256 KiB, whatever was sent for them; an open block: 96 KiB as sent", "",
        "further requests wait for 2 s, then the connection is closed (ENHANCE_YOUR_CALM)", "STRANGER_HEADER_BYTES_MAX", "StrangerHttp2Tests");

    public static readonly Limit HeaderBytesTotal = new(
        "header_bytes_total", "the same of all strangers", "", "memory / 32, at least 4 MiB",
        "the connection that holds most is closed for one that holds less; a further stream of that one is refused (ENHANCE_YOUR_CALM)", "STRANGER_HEADER_BYTES_TOTAL", "StrangerTotalTests")
    { Gauge = "authgateway_strangers_header_bytes" };

    public static readonly Limit ControlFrames = new(
        "control_frames", "HTTP/2 frames without head or body (PING, SETTINGS, empty DATA, …)", "a stranger's: 200 a second; WINDOW_UPDATE 50 times as many", "",
        "further ones are read in the next second", "STRANGER_CONTROL_FRAMES_MAX", "ControlFrameTests");

    public static readonly Limit UnreadAnswer = new(
        "unread_answer", "an answer from a public path that is not read", "a stranger's: 60 s without a byte taken", "",
        "HTTP/1.1: the connection is closed; HTTP/2: the stream is reset", "STRANGER_TIMEOUT", "StrangerForwardTests");

    public static readonly Limit UnfinishedBody = new(
        "unfinished_body", "a body to a public path that does not come", "a stranger's: 60 s without a byte", "",
        "HTTP/1.1: the connection is closed; HTTP/2: the stream is reset", "STRANGER_TIMEOUT", "StrangerForwardTests");

    public static readonly Limit OwnEndpoint = new(
        "own_endpoint", "the gateway's own answers and bodies", "a stranger's: 60 s for a request to be answered and read", "",
        "the connection is closed", "STRANGER_TIMEOUT", "StrangerWatchTests");

    public static readonly Limit Idle = new(
        "idle", "silent connections to the main and web ports", "any: 130 s without a request", "",
        "it is closed", "CONNECTION_IDLE_TIMEOUT", "StrangerWatchTests");

    public static readonly Limit Input = new(
        "input", "bytes received ahead of the request under way", "any: 128 KiB", "",
        "nothing more is read", "INPUT_BYTES_MAX", "ListenerLimitTests")
    { IsCounted = false };

    public static readonly Limit Pipelining = new(
        "pipelining", "requests that were answered without a wait", "a stranger's: 16", "",
        "it goes on when its turn comes: such connections share half of the processors, one after the other", "STRANGER_ANSWERS_IN_A_ROW", "PipeliningTests")
    { IsCounted = false };

    public static readonly Limit ProviderCalls = new(
        "provider_calls", "calls to the provider that logins cause", "", "32 at a time, 32 wait for 5 s",
        "503 page with Retry-After", "PROVIDER_CALLS_MAX", "ProviderBudgetTests");

    public static readonly Limit LogLines = new(
        "log_lines", "log lines of one kind", "", "50 a second, 1 of what the web server says of peers; 2,500 waiting for a slow log",
        "they are counted, one line says how many; what waits too long is dropped", "LOG_LINES_MAX", "QuietLogTests");

    public static IReadOnlyList<Limit> All { get; } =
    [
        Connections, Probes, Upstreams, StrangerUpstream, SlowForward, Streams, Requests, HeaderBytes, HeaderBytesTotal, ControlFrames, UnreadAnswer, UnfinishedBody,
        OwnEndpoint, Idle, Input, Pipelining, ProviderCalls, LogLines,
    ];

    /// <summary>docs/limits.md.</summary>
    public static string Markdown()
    {
        var text = new StringBuilder("""
            # Limits

            Written from the code (`auth-gateway limits`); a test compares. A *stranger* is a connection that has shown neither a
            live session nor another valid credential. As soon as one of its requests shows one, none of the limits for strangers
            holds for it any more: notebooks, uploads and event streams of sessions are not cut.

            A limit that is reached counts in `authgateway_limits_reached_total` with its name as the label `limit`, and writes at
            most one line a second; those marked *waits* only make a peer wait and count nothing. The column *held* names the metric
            of what is held now. No limit is one of a peer's address: behind a proxy or a NAT many people share one. What one
            connection may hold bounds a peer, and at a limit of the process whoever holds most gives way first.
            `/healthz` and `/readyz` answer throughout.

            | name | resource | bound of a connection | bound of the process | what happens | held | setting | test |
            |---|---|---|---|---|---|---|---|

            """.ReplaceLineEndings("\n"));
        foreach (var limit in All)
        {
            text.Append($"| `{limit.Name}` | {limit.Resource} | {Or(limit.OfConnection)} | {Or(limit.OfProcess)} | {limit.Happens} | {Held(limit)} | `{limit.Setting}` | `{limit.Test}` |\n");
        }

        return text.ToString();
    }

    private static string Or(string bound) => bound.Length == 0 ? "–" : bound;

    private static string Held(Limit limit) => limit.IsCounted ? limit.Gauge.Length == 0 ? "–" : $"`{limit.Gauge}`" : "*waits*";
}
