using System.Net;
using AuthGateway.Configuration;

namespace AuthGateway.Outgoing;

/// <summary>How this process calls others over HTTP: one connect policy, one judgement of certificates, one proxy rule.</summary>
internal sealed class OutgoingClients(Connector connector, ProviderOptions provider)
{
    /// <summary>Name resolution and TCP of a call to the provider, the authorizer or the API server: 5 s.</summary>
    public static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(5);

    /// <summary>Name resolution and TCP to an upstream: 15 s.</summary>
    public static readonly TimeSpan UpstreamConnectLimit = TimeSpan.FromSeconds(15);

    private readonly OutgoingProxy _proxy = new(provider.Proxy);

    /// <summary>Whether a server is called through the operator's proxy, and which.</summary>
    public Uri? ProxyFor(Uri server) => _proxy.GetProxy(server);

    /// <summary>To the provider and the external authorizer: no redirects, no cookies, <c>CA_BUNDLE</c>, the operator's proxy.</summary>
    public SocketsHttpHandler CreateHandler()
    {
        var handler = Bare();
        handler.Proxy = _proxy;
        handler.SslOptions.RemoteCertificateValidationCallback = new ServerTrust(provider.CaBundle).Accepts;
        return handler;
    }

    /// <summary>To a server of this cluster: never through a proxy; its certificate is the caller's matter.</summary>
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
        // TLS after that.
        ConnectTimeout = ConnectLimit + TimeSpan.FromSeconds(4),
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        MaxResponseHeadersLength = 64,
    };
}
