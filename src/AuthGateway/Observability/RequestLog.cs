using AuthGateway.Configuration;
using AuthGateway.Configuration.Choices;
using AuthGateway.Http;

namespace AuthGateway.Observability;

/// <summary>
/// Writes the access log (<c>ACCESS_LOG</c>): one line per request for <c>all</c>, for refusals
/// only by default. Counts the refusals.
/// </summary>
/// <remarks>
/// A line has method, path, status and peer. It never has a header, and never a query:
/// authorization codes and states are in queries.
/// </remarks>
internal sealed partial class RequestLog(
    ServerOptions server, GatewayMetrics metrics, ILogger<RequestLog> logger)
{
    private const int MaxPath = 200;

    // As in nginx: the client closed the connection, or the session's end aborted the request.
    private const int BrokenOff = 499;

    /// <summary>True when every request is logged.</summary>
    public bool WritesAll => server.AccessLog == AccessLog.All;

    /// <summary>Counts and logs a request that the gateway refused.</summary>
    public void Refused(AccessRequest request, int status)
    {
        metrics.Refusal(status);
        if (server.AccessLog == AccessLog.Errors)
        {
            Line(request.Method, PathOf(request.Target), status, request.Peer?.ToString() ?? "-");
        }
    }

    /// <summary>Logs a finished request.</summary>
    public void Answered(HttpContext context) => Line(
        context.Request.Method,
        PathOf(context.Request.Path.ToUriComponent()),
        StatusOf(context),
        context.Connection.RemoteIpAddress?.ToString() ?? "-");

    private static int StatusOf(HttpContext context) =>
        context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted
            ? BrokenOff
            : context.Response.StatusCode;

    /// <summary>
    /// Returns the path for a log line: at most 200 characters, without the query.
    /// </summary>
    public static string PathOf(RequestTarget target) => PathOf(target.Path.ToString());

    private static string PathOf(string path) => path.Length > MaxPath ? path[..MaxPath] + "…" : path;

    [LoggerMessage(EventId = 100, Level = LogLevel.Information, Message = "{Method} {Path} {Status} {Peer}")]
    private partial void Line(string method, string path, int status, string peer);
}
