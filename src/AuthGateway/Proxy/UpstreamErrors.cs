using System.Net.Sockets;
using AuthGateway.Http;
using AuthGateway.Observability;
using AuthGateway.Outgoing;
using AuthGateway.Pages;
using AuthGateway.Pipeline;
using AuthGateway.Proxy.EarlyAnswers;
using Microsoft.AspNetCore.Connections;
using Yarp.ReverseProxy.Forwarder;

namespace AuthGateway.Proxy;

/// <summary>
/// Answers requests whose upstream cannot be reached: a page for users, one sentence for programs,
/// one line in the log. Requests aborted by the client are logged at Debug.
/// </summary>
internal sealed partial class UpstreamErrors(PageSender pages, ILogger<UpstreamErrors> logger)
{
    /// <param name="context">The HTTP exchange. Its status was set by the forwarder when no
    /// response has started.</param>
    /// <param name="request">The parsed request.</param>
    /// <param name="error">The forwarder's error.</param>
    public Task AnswerAsync(HttpContext context, AccessRequest request, ForwarderError error)
    {
        var exception = context.Features.Get<IForwarderErrorFeature>()?.Exception;
        if (IsAborted(exception) && !context.Response.HasStarted)
        {
            // Kestrel aborts the connection first and cancels RequestAborted a moment later. The
            // access log reads the status.
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            BrokenOff(request.Method, RequestLog.PathOf(request.Target), error, exception);
            return Task.CompletedTask;
        }

        if (context.RequestAborted.IsCancellationRequested || IsAnswered(context, error))
        {
            BrokenOff(request.Method, RequestLog.PathOf(request.Target), error, exception);
            return Task.CompletedTask;
        }

        if (!context.Response.HasStarted && BadBody(exception) is { } status)
        {
            BrokenOff(request.Method, RequestLog.PathOf(request.Target), error, exception);
            return PlainText.WriteBadFramingAsync(
                context,
                status == StatusCodes.Status413PayloadTooLarge
                    ? "The request body is too long.\n"
                    : "The request body is broken.\n",
                status);
        }

        NoAnswer(request.Method, RequestLog.PathOf(request.Target), error, Reason(exception));
        return context.Response.HasStarted
            ? Task.CompletedTask
            : AnswerAsync(
                context, request, IsConnectTimeout(exception) ? StatusCodes.Status504GatewayTimeout : MapStatus(error));
    }

    private Task AnswerAsync(HttpContext context, AccessRequest request, int status)
    {
        if (GrpcRefusal.Wants(context))
        {
            // gRPC clients retry on UNAVAILABLE.
            return GrpcRefusal.WriteAsync(context, status, "The application does not answer.");
        }

        return NavigationRule.Classify(request) == NavigationKind.None
            ? PlainText.WriteAsync(context, status, "The application does not answer.\n")
            : pages.SendAsync(
                context,
                request,
                status,
                RefusalPages.NoAnswer(status == StatusCodes.Status504GatewayTimeout, RefusalPages.RetryOf(request)));
    }

    // A connect timeout is 504 (RFC 9110 §15.6.5), like a timeout of the response.
    private static bool IsConnectTimeout(Exception? exception) =>
        exception is not null
            && (exception is ConnectFailedException { IsTimeout: true } || IsConnectTimeout(exception.InnerException));

    // Replaces the status that the forwarder set: an empty 400 would look like the application's. A
    // cancellation that is not the client's is the route's Timeout.
    private static int MapStatus(ForwarderError error) => error switch
    {
        ForwarderError.NoAvailableDestinations => StatusCodes.Status503ServiceUnavailable,
        ForwarderError.RequestTimedOut or ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled
            or ForwarderError.ResponseBodyCanceled => StatusCodes.Status504GatewayTimeout,
        _ => StatusCodes.Status502BadGateway,
    };

    // The client's connection ended, on its own or because its session ended.
    private static bool IsAborted(Exception? exception) => exception switch
    {
        null => false,
        ConnectionAbortedException or ConnectionResetException => true,
        AggregateException all => all.InnerExceptions.Any(IsAborted),
        _ => IsAborted(exception.InnerException),
    };

    // The response was complete. The rest of the request body was no longer needed.
    private static bool IsAnswered(HttpContext context, ForwarderError error) =>
        error is ForwarderError.RequestBodyCanceled or ForwarderError.RequestBodyClient
            or ForwarderError.RequestBodyDestination
        && (context.Response.HasStarted || context.Features.Get<EarlyStatus>()?.Value == context.Response.StatusCode);

    // Kestrel's error for an invalid request body (RFC 9112 §7.1) or for a route's
    // MaxRequestBodySize. A chunk size that overflows is reported as an I/O error.
    private static int? BadBody(Exception? exception) => exception switch
    {
        BadHttpRequestException bad => bad.StatusCode,
        IOException { InnerException: OverflowException } => StatusCodes.Status400BadRequest,
        AggregateException all => all.InnerExceptions.Select(BadBody).FirstOrDefault(status => status is not null),
        _ => exception?.InnerException is { } inner ? BadBody(inner) : null,
    };

    // Contains the upstream address, never a header or a body.
    private static string Reason(Exception? exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            switch (e)
            {
                case ConnectFailedException connect:
                    return connect.Message;
                case HttpProtocolException http2:
                    // Contains the HTTP/2 error code, no content of the exchange.
                    return http2.Message;
                case SocketException socket:
                    return socket.SocketErrorCode.ToString();
                case HttpRequestException
                {
                    HttpRequestError: not HttpRequestError.Unknown and not HttpRequestError.ConnectionError,
                    InnerException: not HttpProtocolException,
                } http:
                    return http.HttpRequestError.ToString();
            }
        }

        return exception?.GetType().Name ?? "no reason given";
    }

    [LoggerMessage(
        EventId = 110, Level = LogLevel.Warning,
        Message = "{Method} {Path}: the upstream does not answer: {Error} ({Reason}).")]
    private partial void NoAnswer(string method, string path, ForwarderError error, string reason);

    [LoggerMessage(
        EventId = 111, Level = LogLevel.Debug,
        Message = "{Method} {Path}: broken off by the client: {Error}.")]
    private partial void BrokenOff(string method, string path, ForwarderError error, Exception? exception);
}
