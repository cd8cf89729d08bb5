using AuthGateway.Configuration;

namespace AuthGateway.Http;

/// <summary>Whether browsers see https: from the public URL; where it is unknown, in-line from the connection or a trusted proxy, else no.</summary>
internal sealed class PublicOrigin(GatewayOptions options)
{
    public bool IsHttps(AccessRequest request) =>
        options.Urls.PublicIsHttps ?? (request.EntryPoint is not EntryPoint.ExtAuthz && (request.IsTls || (IsTrusted(request) && ForwardedValue.Scheme(request.Single("X-Forwarded-Proto")) == "https")));

    /// <summary>True when the peer may speak for the client (<c>TRUSTED_PROXIES</c>); an empty list trusts nobody.</summary>
    public bool IsTrusted(AccessRequest request)
    {
        var proxies = options.Server.TrustedProxies;
        if (proxies.Count == 0 || request.Peer is not { } peer)
        {
            return false;
        }

        return proxies.Any(network => network.Contains(peer));
    }

    /// <summary>Scheme and host that browsers see: the public URL, else what the request says.</summary>
    public string Origin(AccessRequest request) => options.Urls.PublicOrigin ?? (IsHttps(request) ? "https://" : "http://") + request.Host;

    /// <summary>
    /// The scheme that the client asked by: https on a TLS connection, else what a trusted proxy says first in <c>X-Forwarded-Proto</c> (ws counts as http,
    /// wss as https, in any case); null when nobody says it.
    /// </summary>
    public string? RequestedScheme(AccessRequest request) => request.IsTls ? "https"
        : !IsTrusted(request) || request.Single("X-Forwarded-Proto") is not { } value ? null
        : value.Split(',')[0].Trim().ToLowerInvariant() switch
        {
            "http" or "ws" => "http",
            "https" or "wss" => "https",
            _ => null,
        };

    /// <summary>The host the client asked for: <c>X-Forwarded-Host</c> of a trusted proxy, else <c>Host</c>.</summary>
    public string RequestedHost(AccessRequest request) =>
        IsTrusted(request) && ForwardedValue.First(request.Single("X-Forwarded-Host")) is { } forwarded ? forwarded : request.Host;
}
