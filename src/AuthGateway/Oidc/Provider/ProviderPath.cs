using AuthGateway.Configuration;
using AuthGateway.Http;

namespace AuthGateway.Oidc.Provider;

/// <summary>
/// Recognizes requests for the provider's own login page behind this gateway (stock Kubeflow's Dex
/// at <c>/dex/auth</c>). That page must be public: otherwise a login would require a login.
/// </summary>
internal sealed class ProviderPath(UrlOptions urls, ProviderMetadata metadata)
{
    /// <summary>
    /// True for the authorization endpoint and the paths below it, when it is on the gateway's own
    /// origin.
    /// </summary>
    public bool Holds(RequestTarget target) =>
        metadata.TryGet(out var known)
        && PathOf(known.AuthorizationEndpoint, urls.PublicOrigin) is { } path
        && target.IsAtOrBelow(path);

    /// <summary>
    /// The raw path of an authorization endpoint on the gateway's own origin, without query and
    /// trailing slash; null when it is on another origin.
    /// </summary>
    public static string? PathOf(string? endpoint, string? publicOrigin)
    {
        if (string.IsNullOrEmpty(endpoint))
        {
            return null;
        }

        if (publicOrigin is not null && endpoint.StartsWith(publicOrigin + "/", StringComparison.OrdinalIgnoreCase))
        {
            endpoint = endpoint[publicOrigin.Length..];
        }

        if (!endpoint.StartsWith('/') || endpoint.StartsWith("//", StringComparison.Ordinal))
        {
            return null;
        }

        var end = endpoint.AsSpan().IndexOfAny('?', '#');
        var path = (end < 0 ? endpoint : endpoint[..end]).TrimEnd('/');
        return path.Length == 0 ? null : path;
    }
}
