using System.Text;
using AuthGateway.Outgoing;
using AuthGateway.Proxy.EarlyAnswers;
using Yarp.ReverseProxy.Forwarder;

namespace AuthGateway.Proxy.Routes;

/// <summary>
/// Creates the HTTP clients of the clusters in a <c>ROUTES_FILE</c>: YARP's own settings, then the
/// gateway's connect policy, and unchanged bytes in headers where the file sets no encoding.
/// </summary>
internal sealed class UpstreamClientFactory(
    UpstreamConnections connections, ILogger<ForwarderHttpClientFactory> logger) : ForwarderHttpClientFactory(logger)
{
    protected override void ConfigureHandler(ForwarderHttpClientContext context, SocketsHttpHandler handler)
    {
        base.ConfigureHandler(context, handler);
        connections.Use(handler);
        handler.ActivityHeadersPropagator = null;
        handler.RequestHeaderEncodingSelector ??= static (_, _) => Encoding.Latin1;
        handler.ResponseHeaderEncodingSelector ??= static (_, _) => Encoding.Latin1;
    }

    protected override HttpMessageHandler WrapHandler(ForwarderHttpClientContext context, HttpMessageHandler handler) =>
        UpstreamHandler.Around((SocketsHttpHandler)handler);
}
