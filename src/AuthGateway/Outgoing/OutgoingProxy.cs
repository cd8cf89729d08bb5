using System.Net;
using AuthGateway.Configuration;

namespace AuthGateway.Outgoing;

/// <summary>The operator's proxy as HTTP clients ask for it: <c>HTTPS_PROXY</c> and <c>HTTP_PROXY</c> by the server's scheme, <c>NO_PROXY</c> before both.</summary>
internal sealed class OutgoingProxy(ProxyOptions options) : IWebProxy
{
    private ICredentials? _credentials = ProxyPassword.Of(options);

    public ICredentials? Credentials
    {
        get => _credentials;
        set => _credentials = value;
    }

    /// <summary>The proxy for this server, without user and password; <c>null</c> = called directly.</summary>
    public Uri? GetProxy(Uri destination)
    {
        var proxy = destination.Scheme == "https" || destination.Scheme == "wss" ? options.Https : options.Http;
        return proxy is null || options.Except.Contains(destination) ? null : ProxyPassword.Without(proxy);
    }

    public bool IsBypassed(Uri host) => GetProxy(host) is null;
}

/// <summary>User and password of a proxy's address, given to that proxy alone.</summary>
internal sealed class ProxyPassword : ICredentials
{
    private readonly Dictionary<string, NetworkCredential> _known = new(StringComparer.OrdinalIgnoreCase);

    public static ProxyPassword? Of(ProxyOptions options)
    {
        var passwords = new ProxyPassword();
        foreach (var proxy in new[] { options.Https, options.Http }.OfType<Uri>().Where(proxy => proxy.UserInfo.Length > 0))
        {
            var split = proxy.UserInfo.Split(':', 2);
            passwords._known[proxy.Authority] = new NetworkCredential(Uri.UnescapeDataString(split[0]), split.Length > 1 ? Uri.UnescapeDataString(split[1]) : "");
        }

        return passwords._known.Count > 0 ? passwords : null;
    }

    public static Uri Without(Uri proxy) => proxy.UserInfo.Length == 0 ? proxy : new UriBuilder(proxy) { UserName = "", Password = "" }.Uri;

    public NetworkCredential? GetCredential(Uri uri, string authType) => _known.GetValueOrDefault(uri.Authority);
}
