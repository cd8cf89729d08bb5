using System.Net;
using AuthGateway.Configuration;

namespace AuthGateway.Outgoing;

/// <summary>
/// Creates the handlers of HTTP clients, with one policy for connecting, certificates and proxies.
/// </summary>
internal sealed class OutgoingClients(Connector connector, ProviderOptions provider)
{
    /// <summary>
    /// Limit for name resolution and TCP to the provider, the authorizer or the API server: 5 s.
    /// </summary>
    public static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(5);

    /// <summary>Limit for name resolution and TCP to an upstream: 15 s.</summary>
    public static readonly TimeSpan UpstreamConnectLimit = TimeSpan.FromSeconds(15);

    private readonly OutgoingProxy _proxy = new(provider.Proxy);

    /// <summary>
    /// The proxy for calls to <paramref name="server"/>; null when it is called directly.
    /// </summary>
    public Uri? ProxyFor(Uri server) => _proxy.GetProxy(server);

    /// <summary>
    /// Handler for the provider and the external authorizer: no redirects, no cookies,
    /// <c>CA_BUNDLE</c>, the configured proxy.
    /// </summary>
    public SocketsHttpHandler CreateHandler()
    {
        var handler = Bare();
        handler.Proxy = _proxy;
        handler.SslOptions.RemoteCertificateValidationCallback = new ServerTrust(provider.CaBundle).Accepts;
        return handler;
    }

    /// <summary>
    /// Handler for a server of this cluster: never through a proxy; the caller configures how its
    /// certificate is checked.
    /// </summary>
    public SocketsHttpHandler CreateClusterHandler()
    {
        var handler = Bare();
        handler.UseProxy = false;
        return handler;
    }

    private SocketsHttpHandler Bare() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        ConnectCallback = connector.Callback(ConnectLimit),

        // Time for TLS is added.
        ConnectTimeout = ConnectLimit + TimeSpan.FromSeconds(4),
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        MaxResponseHeadersLength = 64,
    };
}
