using System.Net;
using AuthGateway.Configuration;

namespace AuthGateway.Outgoing;

/// <summary>User and password from a proxy's URL, sent only to that proxy.</summary>
internal sealed class ProxyPassword : ICredentials
{
    private readonly Dictionary<string, NetworkCredential> _known = new(StringComparer.OrdinalIgnoreCase);

    public static ProxyPassword? FromOptions(ProxyOptions options)
    {
        var passwords = new ProxyPassword();
        foreach (var proxy in new[] { options.Https, options.Http }.OfType<Uri>()
            .Where(proxy => proxy.UserInfo.Length > 0))
        {
            var split = proxy.UserInfo.Split(':', 2);
            passwords._known[proxy.Authority] = new NetworkCredential(
                Uri.UnescapeDataString(split[0]), split.Length > 1 ? Uri.UnescapeDataString(split[1]) : "");
        }

        return passwords._known.Count > 0 ? passwords : null;
    }

    public static Uri RemoveFrom(Uri proxy) =>
        proxy.UserInfo.Length == 0 ? proxy : new UriBuilder(proxy) { UserName = "", Password = "" }.Uri;

    public NetworkCredential? GetCredential(Uri uri, string authType) => _known.GetValueOrDefault(uri.Authority);
}
