using System.Text;

namespace AuthGateway.Limits;

/// <summary>Every limit against strangers; docs/limits.md is written from it.</summary>
internal static class LimitTable
{
    public static readonly Limit Connections = new(
        "connections", "client connections", "process: (files - 224) / 2, at most one for 64 KiB of memory",
        "the oldest idle connection without a session is closed; without one, the new connection", "CONNECTIONS_MAX", "ConnectionLimitTests");

    public static readonly Limit Probes = new(
        "probe_connections", "connections to the probe and metrics ports", "process: 64",
        "the oldest idle one is closed", "none", "ConnectionLimitTests");

    public static readonly Limit Upstreams = new(
        "upstream_connections", "connections to upstreams", "process: the other half of the files",
        "502 for the request", "none", "ProcessLimitsTests");

    public static readonly Limit StrangerUpstream = new(
        "stranger_upstream", "requests to public paths under way for strangers", "process: files / 8, at most 256",
        "503 with Retry-After", "STRANGER_UPSTREAM_MAX", "StrangerForwardTests");

    public static readonly Limit Streams = new(
        "streams", "HTTP/2 requests under way", "connection of a stranger: 64; any connection: 100",
        "the stream is refused (REFUSED_STREAM)", "STRANGER_STREAMS_MAX", "StrangerHttp2Tests");

    public static readonly Limit HeaderBytes = new(
        "header_bytes", "decoded header bytes of HTTP/2 requests under way", "connection of a stranger: 256 KiB, whatever was sent for them",
        "the stream is refused (ENHANCE_YOUR_CALM) and the connection closed", "STRANGER_HEADER_BYTES_MAX", "StrangerHttp2Tests");

    public static readonly Limit HeaderBytesTotal = new(
        "header_bytes_total", "the same of all strangers", "process: memory / 32, at least 4 MiB",
        "the stream is refused (ENHANCE_YOUR_CALM); after 4 the connection is closed", "STRANGER_HEADER_BYTES_TOTAL", "StrangerHttp2Tests");

    public static readonly Limit UnreadAnswer = new(
        "unread_answer", "an answer from a public path that is not read", "stranger: 60 s without a byte taken",
        "the connection is closed", "STRANGER_TIMEOUT", "StrangerForwardTests");

    public static readonly Limit UnfinishedBody = new(
        "unfinished_body", "a body to a public path that does not come", "stranger: 60 s without a byte",
        "the connection is closed", "STRANGER_TIMEOUT", "StrangerForwardTests");

    public static readonly Limit OwnEndpoint = new(
        "own_endpoint", "the gateway's own answers and bodies", "stranger: 60 s for a request to be answered and read",
        "the connection is closed", "STRANGER_TIMEOUT", "StrangerWatchTests");

    public static readonly Limit Idle = new(
        "idle", "silent connections to the main and web ports", "connection: 130 s without a request",
        "it is closed", "CONNECTION_IDLE_TIMEOUT", "StrangerWatchTests");

    public static readonly Limit Input = new(
        "input", "bytes received ahead of the request under way", "connection: 128 KiB",
        "nothing more is read", "none", "ListenerLimitTests");

    public static readonly Limit Pipelining = new(
        "pipelining", "requests answered in a row", "connection of a stranger: 16",
        "other connections have their turn first", "none", "PipeliningTests");

    public static readonly Limit ProviderCalls = new(
        "provider_calls", "calls to the provider that logins cause", "process: 32 at a time, 32 wait for 5 s",
        "503 page with Retry-After", "PROVIDER_CALLS_MAX", "ProviderBudgetTests");

    public static readonly Limit LogLines = new(
        "log_lines", "log lines of one kind", "process: 50 a second; 2,500 waiting for a slow log",
        "they are counted, one line says how many; what waits too long is dropped", "LOG_LINES_MAX", "QuietLogTests");

    public static IReadOnlyList<Limit> All { get; } =
    [
        Connections, Probes, Upstreams, StrangerUpstream, Streams, HeaderBytes, HeaderBytesTotal, UnreadAnswer, UnfinishedBody, OwnEndpoint, Idle, Input, Pipelining,
        ProviderCalls, LogLines,
    ];

    /// <summary>docs/limits.md.</summary>
    public static string Markdown()
    {
        var text = new StringBuilder("""
            # Limits

            Written from the code (`auth-gateway limits`); a test compares. A *stranger* is a connection that has shown neither a
            live session nor another valid credential. As soon as one of its requests shows one, none of the limits for strangers
            holds for it any more: notebooks, uploads and event streams of sessions are not cut.

            Each limit counts what it did in `authgateway_limits_reached_total` with its name as the label `limit`, and writes at
            most one line a second. `/healthz` and `/readyz` answer throughout.

            | name | resource | bound | what happens | setting | test |
            |---|---|---|---|---|---|

            """.ReplaceLineEndings("\n"));
        foreach (var limit in All)
        {
            text.Append($"| `{limit.Name}` | {limit.Resource} | {limit.Bound} | {limit.Happens} | {(limit.Setting == "none" ? "–" : $"`{limit.Setting}`")} | `{limit.Test}` |\n");
        }

        return text.ToString();
    }
}
