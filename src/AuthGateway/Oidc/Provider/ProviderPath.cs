using AuthGateway.Configuration;
using AuthGateway.Http;

namespace AuthGateway.Oidc.Provider;

/// <summary>
/// Finds visits to the provider's own login page behind this gateway (stock Kubeflow's Dex at <c>/dex/auth</c>). It must be public: a login that demands a
/// login leads back to itself.
/// </summary>
internal sealed class ProviderPath(UrlOptions urls, ProviderMetadata metadata)
{
    /// <summary>True for the authorization endpoint and what lies below it, where it is on our own origin.</summary>
    public bool Holds(RequestTarget target) => metadata.TryGet(out var known) && PathOf(known.AuthorizationEndpoint, urls.PublicOrigin) is { } path && target.IsAtOrBelow(path);

    /// <summary>Raw path of an authorization endpoint on our own origin, without its query and a slash at its end; null when it lies elsewhere.</summary>
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
