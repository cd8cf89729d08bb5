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

/// <summary>An application that cannot be reached: a page for a person, a sentence for a program, one line in the log. What the client itself broke off is nobody's news.</summary>
internal sealed partial class UpstreamErrors(PageSender pages, ILogger<UpstreamErrors> logger)
{
    /// <param name="context">The exchange; its status was set by the forwarder when nothing has been sent yet.</param>
    /// <param name="request">Its request.</param>
    /// <param name="error">What the forwarder said.</param>
    public Task AnswerAsync(HttpContext context, AccessRequest request, ForwarderError error)
    {
        var exception = context.Features.Get<IForwarderErrorFeature>()?.Exception;
        if (IsAborted(exception) && !context.Response.HasStarted)
        {
            // Kestrel breaks the connection off first and cancels RequestAborted a moment later: the log reads the status.
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
            return PlainText.WriteBadFramingAsync(context, status == StatusCodes.Status413PayloadTooLarge ? "The request body is too long.\n" : "The request body is broken.\n", status);
        }

        NoAnswer(request.Method, RequestLog.PathOf(request.Target), error, Reason(exception));
        return context.Response.HasStarted ? Task.CompletedTask : AnswerAsync(context, request, IsConnectTimeout(exception) ? StatusCodes.Status504GatewayTimeout : StatusOf(error));
    }

    private Task AnswerAsync(HttpContext context, AccessRequest request, int status)
    {
        if (GrpcRefusal.Wants(context))
        {
            // A gRPC client calls again by itself when it reads UNAVAILABLE.
            return GrpcRefusal.WriteAsync(context, status, "The application does not answer.");
        }

        return NavigationRule.Classify(request) == NavigationKind.None
            ? PlainText.WriteAsync(context, status, "The application does not answer.\n")
            : pages.SendAsync(context, request, status, RefusalPages.NoAnswer(status == StatusCodes.Status504GatewayTimeout, RefusalPages.RetryOf(request)));
    }

    // No answer to the connection in time is 504 (RFC 9110 §15.6.5), as no answer on it is.
    private static bool IsConnectTimeout(Exception? exception) => exception is not null && (exception is ConnectFailedException { IsTimeout: true } || IsConnectTimeout(exception.InnerException));

    // Whatever the forwarder wrote: an empty 400 would look like the application's. A cancellation that is not the client's is the route's Timeout.
    private static int StatusOf(ForwarderError error) => error switch
    {
        ForwarderError.NoAvailableDestinations => StatusCodes.Status503ServiceUnavailable,
        ForwarderError.RequestTimedOut or ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled or ForwarderError.ResponseBodyCanceled => StatusCodes.Status504GatewayTimeout,
        _ => StatusCodes.Status502BadGateway,
    };

    // The connection of the client ended, by itself or because its session did.
    private static bool IsAborted(Exception? exception) => exception switch
    {
        null => false,
        ConnectionAbortedException or ConnectionResetException => true,
        AggregateException all => all.InnerExceptions.Any(IsAborted),
        _ => IsAborted(exception.InnerException),
    };

    // The answer came and was copied; the rest of the request's body was not wanted any more.
    private static bool IsAnswered(HttpContext context, ForwarderError error) =>
        error is ForwarderError.RequestBodyCanceled or ForwarderError.RequestBodyClient or ForwarderError.RequestBodyDestination
        && (context.Response.HasStarted || context.Features.Get<EarlyStatus>()?.Value == context.Response.StatusCode);

    // What Kestrel says of the client's own bytes (RFC 9112 §7.1), or of a route's MaxRequestBodySize. A chunk size beyond a number's bounds is an I/O error there.
    private static int? BadBody(Exception? exception) => exception switch
    {
        BadHttpRequestException bad => bad.StatusCode,
        IOException { InnerException: OverflowException } => StatusCodes.Status400BadRequest,
        AggregateException all => all.InnerExceptions.Select(BadBody).FirstOrDefault(status => status is not null),
        _ => exception?.InnerException is { } inner ? BadBody(inner) : null,
    };

    // Names the address that was tried, never a header or a body.
    private static string Reason(Exception? exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            switch (e)
            {
                case ConnectFailedException connect:
                    return connect.Message;
                case HttpProtocolException http2:
                    // Names HTTP/2's error code, nothing of the exchange.
                    return http2.Message;
                case SocketException socket:
                    return socket.SocketErrorCode.ToString();
                case HttpRequestException { HttpRequestError: not HttpRequestError.Unknown and not HttpRequestError.ConnectionError, InnerException: not HttpProtocolException } http:
                    return http.HttpRequestError.ToString();
            }
        }

        return exception?.GetType().Name ?? "no reason given";
    }

    [LoggerMessage(EventId = 110, Level = LogLevel.Warning, Message = "{Method} {Path}: the upstream does not answer: {Error} ({Reason}).")]
    private partial void NoAnswer(string method, string path, ForwarderError error, string reason);

    [LoggerMessage(EventId = 111, Level = LogLevel.Debug, Message = "{Method} {Path}: broken off by the client: {Error}.")]
    private partial void BrokenOff(string method, string path, ForwarderError error, Exception? exception);
}
