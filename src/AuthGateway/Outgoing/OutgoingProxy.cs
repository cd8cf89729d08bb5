using System.Net;
using AuthGateway.Configuration;

namespace AuthGateway.Outgoing;

/// <summary>
/// Selects the proxy of a call: <c>HTTPS_PROXY</c> or <c>HTTP_PROXY</c> by the server's scheme,
/// none for <c>NO_PROXY</c>.
/// </summary>
internal sealed class OutgoingProxy(ProxyOptions options) : IWebProxy
{
    private ICredentials? _credentials = ProxyPassword.FromOptions(options);

    public ICredentials? Credentials
    {
        get => _credentials;
        set => _credentials = value;
    }

    /// <summary>
    /// The proxy for this server, without user and password; <c>null</c> = called directly.
    /// </summary>
    public Uri? GetProxy(Uri destination)
    {
        var proxy = destination.Scheme == "https" || destination.Scheme == "wss" ? options.Https : options.Http;
        return proxy is null || options.Except.Contains(destination) ? null : ProxyPassword.RemoveFrom(proxy);
    }

    public bool IsBypassed(Uri host) => GetProxy(host) is null;
}
