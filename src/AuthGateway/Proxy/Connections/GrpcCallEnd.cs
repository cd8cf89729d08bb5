using Microsoft.AspNetCore.Http.Features;

namespace AuthGateway.Proxy.Connections;

/// <summary>
/// Ends a gRPC call whose session ends while it runs with <c>grpc-status: 16</c> (UNAUTHENTICATED)
/// in the trailers (gRPC over HTTP/2, "Responses"). Clients report a reset stream as an internal
/// error.
/// </summary>
internal static class GrpcCallEnd
{
    private const string Status = "grpc-status";
    private const string Message = "grpc-message";
    private const string Unauthenticated = "16";
    private const string SessionEnded = "The session has ended.";

    public static bool IsCall(HttpContext context) =>
        context.Request.ContentType is { } type
        && type.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase)
        && !type.StartsWith("application/grpc-web", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Suppresses the forwarder's stream reset for a call that the gateway ends. All other resets
    /// pass.
    /// </summary>
    public static void Watch(HttpContext context, ProxiedConnection exchange)
    {
        if (context.Features.Get<IHttpResetFeature>() is { } reset)
        {
            context.Features.Set<IHttpResetFeature>(new WatchedReset(reset, exchange));
        }
    }

    public static async Task WriteAsync(HttpContext context, ProxiedConnection exchange)
    {
        await exchange.Stopping;
        var response = context.Response;
        if (!response.HasStarted)
        {
            response.Clear();
            response.ContentType = "application/grpc";
            response.Headers[Status] = Unauthenticated;
            response.Headers[Message] = SessionEnded;
        }
        else if (response.SupportsTrailers())
        {
            response.AppendTrailer(Status, Unauthenticated);
            response.AppendTrailer(Message, SessionEnded);
        }

        await response.CompleteAsync();
    }

    private sealed class WatchedReset(IHttpResetFeature inner, ProxiedConnection exchange) : IHttpResetFeature
    {
        public void Reset(int errorCode)
        {
            if (!exchange.IsEndedCall)
            {
                inner.Reset(errorCode);
            }
        }
    }
}
