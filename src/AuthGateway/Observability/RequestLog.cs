using AuthGateway.Configuration;
using AuthGateway.Configuration.Choices;
using AuthGateway.Http;

namespace AuthGateway.Observability;

/// <summary>
/// <c>ACCESS_LOG</c>: one line a request for <c>all</c>, for refusals alone by default. Method, path and peer, never a query (codes and states travel there)
/// and never a header.
/// </summary>
internal sealed partial class RequestLog(ServerOptions server, ILogger<RequestLog> logger)
{
    private const int MaxPath = 200;

    // As nginx writes it: nobody was there to be answered any more, or the session's end broke the request off.
    private const int BrokenOff = 499;

    /// <summary>True when every request gets its line.</summary>
    public bool WritesAll => server.AccessLog == AccessLog.All;

    /// <summary>A request that we answered with a refusal.</summary>
    public void Refused(AccessRequest request, int status)
    {
        if (server.AccessLog == AccessLog.Errors)
        {
            Line(request.Method, PathOf(request.Target), status, request.Peer?.ToString() ?? "-");
        }
    }

    public void Answered(HttpContext context) => Line(
        context.Request.Method, PathOf(context.Request.Path.ToUriComponent()), StatusOf(context), context.Connection.RemoteIpAddress?.ToString() ?? "-");

    private static int StatusOf(HttpContext context) =>
        context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted ? BrokenOff : context.Response.StatusCode;

    /// <summary>The path as a line of the log shows it: cut after 200 characters, without its query.</summary>
    public static string PathOf(RequestTarget target) => PathOf(target.Path.ToString());

    private static string PathOf(string path) => path.Length > MaxPath ? path[..MaxPath] + "…" : path;

    [LoggerMessage(EventId = 100, Level = LogLevel.Information, Message = "{Method} {Path} {Status} {Peer}")]
    private partial void Line(string method, string path, int status, string peer);
}
