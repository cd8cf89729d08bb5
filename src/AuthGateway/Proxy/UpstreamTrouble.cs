using System.Net.Sockets;
using AuthGateway.Model;
using AuthGateway.Observability;
using AuthGateway.Pages;
using AuthGateway.Pipeline;
using Yarp.ReverseProxy.Forwarder;

namespace AuthGateway.Proxy;

/// <summary>An application that cannot be reached: a page for a person, a sentence for a program, one line in the log. What the client itself broke off is nobody's news.</summary>
internal sealed partial class UpstreamTrouble(PageSender pages, ILogger<UpstreamTrouble> logger)
{
    /// <param name="context">The exchange; its status was set by the forwarder when nothing has been sent yet (502, 503, 504).</param>
    /// <param name="request">Its request.</param>
    /// <param name="error">What the forwarder said.</param>
    public Task AnswerAsync(HttpContext context, AccessRequest request, ForwarderError error)
    {
        var exception = context.Features.Get<IForwarderErrorFeature>()?.Exception;
        if (IsOfClient(error) || context.RequestAborted.IsCancellationRequested)
        {
            BrokenOff(request.Method, RequestLog.PathOf(request.Target), error, exception);
            return Task.CompletedTask;
        }

        NoAnswer(request.Method, RequestLog.PathOf(request.Target), error, Reason(exception));
        if (context.Response.HasStarted || context.Response.StatusCode < 500)
        {
            return Task.CompletedTask;
        }

        var status = context.Response.StatusCode;
        return NavigationRule.Classify(request) == NavigationKind.None
            ? PlainText.WriteAsync(context, status, "The application does not answer.\n")
            : pages.SendAsync(context, request, status, RefusalPages.NoAnswer(status == StatusCodes.Status504GatewayTimeout, RefusalPages.RetryOf(request)));
    }

    private static bool IsOfClient(ForwarderError error) => error
        is ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled or ForwarderError.RequestBodyClient
        or ForwarderError.ResponseBodyCanceled or ForwarderError.ResponseBodyClient
        or ForwarderError.UpgradeRequestCanceled or ForwarderError.UpgradeRequestClient or ForwarderError.UpgradeResponseCanceled or ForwarderError.UpgradeResponseClient;

    // Names the address that was tried, never a header or a body.
    private static string Reason(Exception? exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            switch (e)
            {
                case SocketException socket:
                    return socket.SocketErrorCode.ToString();
                case HttpRequestException { HttpRequestError: not HttpRequestError.Unknown and not HttpRequestError.ConnectionError } http:
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
