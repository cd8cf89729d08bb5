using AuthGateway.Configuration;
using AuthGateway.Http;

namespace AuthGateway.Proxy;

/// <summary>
/// Rewrites the <c>Location</c> of redirects that name the application's internal address
/// (<c>http://127.0.0.1:8000/x</c>, <c>//127.0.0.1:8000/x</c>), or that lack the prefix which a
/// route removed, to the public address. All other values are unchanged byte for byte.
/// </summary>
internal sealed class PublicLocation(UrlOptions urls, PublicOrigin scheme)
{
    /// <param name="location">The upstream's <c>Location</c> value.</param>
    /// <param name="request">The request that is answered.</param>
    /// <param name="place">The upstream address of the request.</param>
    /// <param name="prefix">The prefix that the route removed from the path. Empty when none
    /// was.</param>
    public string Rewrite(string location, AccessRequest request, UpstreamPlace place, string prefix)
    {
        var hasNoScheme = location.StartsWith("//", StringComparison.Ordinal);
        if (location.StartsWith('/') && !hasNoScheme)
        {
            return WithPrefix(location, prefix);
        }

        var authority = location.IndexOf("//", StringComparison.Ordinal) + 2;
        if (authority < 2
            || !(hasNoScheme
                || location.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
                || location.StartsWith("https://", StringComparison.OrdinalIgnoreCase)))
        {
            return location;
        }

        var end = location.AsSpan(authority).IndexOfAny("/?#") is >= 0 and var length
            ? authority + length
            : location.Length;
        var origin = location[..end];
        var rest = location[end..];
        var publicOrigin = PublicOrigin(request);
        if (IsUpstreamOrigin(place, hasNoScheme ? $"{place.Address.Scheme}:{origin}" : origin))
        {
            return publicOrigin + WithPrefix(WithoutBase(rest, place.Address.AbsolutePath), prefix);
        }

        var own = hasNoScheme ? publicOrigin[publicOrigin.IndexOf("//", StringComparison.Ordinal)..] : publicOrigin;
        return prefix.Length > 0 && origin.Equals(own, StringComparison.OrdinalIgnoreCase)
            ? origin + WithPrefix(rest, prefix)
            : location;
    }

    private string PublicOrigin(AccessRequest request) =>
        urls.PublicOrigin ?? (scheme.IsHttps(request) ? "https://" : "http://") + scheme.RequestedHost(request);

    private static bool IsUpstreamOrigin(UpstreamPlace place, string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var named)
        && ((named.Scheme == place.Address.Scheme
                && named.Authority.Equals(place.Address.Authority, StringComparison.OrdinalIgnoreCase))
            || named.Authority.Equals(place.Host, StringComparison.OrdinalIgnoreCase));

    private static string WithoutBase(string path, string basePath)
    {
        var bare = basePath.TrimEnd('/');
        return bare.Length > 0 && IsAtOrBelow(path, bare)
            ? path[bare.Length..] is { Length: > 0 } rest
            ? rest
            : "/"
            : path;
    }

    // An application that reads X-Forwarded-Prefix has already added it.
    private static string WithPrefix(string path, string prefix) =>
        prefix.Length == 0 || IsAtOrBelow(path, prefix) ? path : prefix + (path.StartsWith('/') ? path : "/" + path);

    private static bool IsAtOrBelow(string path, string prefix) =>
        path.StartsWith(prefix, StringComparison.Ordinal)
            && (path.Length == prefix.Length || path[prefix.Length] is '/' or '?' or '#');
}
