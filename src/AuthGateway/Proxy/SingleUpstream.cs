using System.Net;
using System.Text;
using AuthGateway.Access;
using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Outgoing;
using AuthGateway.Proxy.EarlyAnswers;
using AuthGateway.Proxy.Routes;
using Yarp.ReverseProxy.Forwarder;

namespace AuthGateway.Proxy;

/// <summary>
/// Forwards all requests to <c>UPSTREAM_URL</c> with YARP's forwarder, without YARP's routing
/// pipeline. One upstream needs no route table, load balancing or destination health, and each of
/// them adds cost to every request. <c>ROUTES_FILE</c> has them.
/// </summary>
internal sealed class SingleUpstream(
    IHttpForwarder forwarder,
    ForwardedRequest forwarded,
    UpstreamHeaders answers,
    ServerOptions server,
    UpstreamConnections connections)
    : IDisposable
{
    private static readonly ForwarderRequestConfig Request = new()
    {
        Version = HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        ActivityTimeout = ProxyRoutes.ActivityTimeout,
    };

    private readonly HttpMessageInvoker _client = new(
        UpstreamHandler.Around(CreateHandler(connections)), disposeHandler: true);
    private readonly string _destination = server.Upstream!.ToString();
    private readonly UpstreamPlace _place = new(server.Upstream, server.UpstreamHost);

    public ValueTask<ForwarderError> ForwardAsync(
        HttpContext context, AccessRequest request, AccessDecision.Allow allow) =>
        forwarder.SendAsync(
            context,
            _destination,
            _client,
            Request,
            new SingleUpstreamTransformer(request, allow, _place, forwarded, answers));

    public void Dispose() => _client.Dispose();

    // No proxy, redirects, cookies or decompression: bytes pass unchanged.
    private static SocketsHttpHandler CreateHandler(UpstreamConnections connections)
    {
        var handler = Plain();
        connections.Use(handler);
        return handler;
    }

    private static SocketsHttpHandler Plain() => new()
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
    };
}
