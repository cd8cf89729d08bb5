using AuthGateway.Configuration;
using AuthGateway.Http;

namespace AuthGateway.Proxy;

/// <summary>
/// A redirect that names the application's own address (<c>http://127.0.0.1:8000/x</c>), or that misses the prefix which a route took off, becomes the address
/// that browsers know. Every other one passes byte for byte.
/// </summary>
internal sealed class PublicLocation(UrlOptions urls, PublicOrigin scheme)
{
    /// <param name="location">What the upstream wrote.</param>
    /// <param name="request">The request that it answers.</param>
    /// <param name="place">Where that went.</param>
    /// <param name="prefix">What was taken off the front of the path; empty when nothing was.</param>
    public string Rewrite(string location, AccessRequest request, UpstreamPlace place, string prefix)
    {
        if (location.StartsWith('/') && !location.StartsWith("//", StringComparison.Ordinal))
        {
            return WithPrefix(location, prefix);
        }

        var authority = location.IndexOf("//", StringComparison.Ordinal) + 2;
        if (authority < 2 || !(location.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || location.StartsWith("https://", StringComparison.OrdinalIgnoreCase)))
        {
            return location;
        }

        var end = location.AsSpan(authority).IndexOfAny("/?#") is >= 0 and var length ? authority + length : location.Length;
        var origin = location[..end];
        var rest = location[end..];
        if (IsOf(place, origin))
        {
            return PublicOrigin(request) + WithPrefix(WithoutBase(rest, place.Address.AbsolutePath), prefix);
        }

        return prefix.Length > 0 && origin.Equals(PublicOrigin(request), StringComparison.OrdinalIgnoreCase) ? origin + WithPrefix(rest, prefix) : location;
    }

    private string PublicOrigin(AccessRequest request) => urls.PublicOrigin ?? (scheme.IsHttps(request) ? "https://" : "http://") + scheme.RequestedHost(request);

    private static bool IsOf(UpstreamPlace place, string origin) => Uri.TryCreate(origin, UriKind.Absolute, out var named)
        && ((named.Scheme == place.Address.Scheme && named.Authority.Equals(place.Address.Authority, StringComparison.OrdinalIgnoreCase))
            || named.Authority.Equals(place.Host, StringComparison.OrdinalIgnoreCase));

    private static string WithoutBase(string path, string basePath)
    {
        var bare = basePath.TrimEnd('/');
        return bare.Length > 0 && IsAtOrBelow(path, bare) ? path[bare.Length..] is { Length: > 0 } rest ? rest : "/" : path;
    }

    // An application that reads X-Forwarded-Prefix has written it already.
    private static string WithPrefix(string path, string prefix) =>
        prefix.Length == 0 || IsAtOrBelow(path, prefix) ? path : prefix + (path.StartsWith('/') ? path : "/" + path);

    private static bool IsAtOrBelow(string path, string prefix) =>
        path.StartsWith(prefix, StringComparison.Ordinal) && (path.Length == prefix.Length || path[prefix.Length] is '/' or '?' or '#');
}
