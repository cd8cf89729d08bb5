using AuthGateway.Configuration;

namespace AuthGateway.Http;

/// <summary>
/// Determines the public scheme, host and origin: from the public URL where it is known. Otherwise,
/// in-line, from the connection or a trusted proxy; else http.
/// </summary>
internal sealed class PublicOrigin(GatewayOptions options)
{
    public bool IsHttps(AccessRequest request) =>
        options.Urls.PublicIsHttps
            ?? (request.EntryPoint is not EntryPoint.ExtAuthz
                && (request.IsTls
                    || (IsTrusted(request) && ForwardedValue.Scheme(request.Single("X-Forwarded-Proto")) == "https")));

    /// <summary>
    /// True when the peer may report the client's address and scheme (<c>TRUSTED_PROXIES</c>). With
    /// an empty list no peer is trusted.
    /// </summary>
    public bool IsTrusted(AccessRequest request)
    {
        var proxies = options.Server.TrustedProxies;
        if (proxies.Count == 0 || request.Peer is not { } peer)
        {
            return false;
        }

        return proxies.Any(network => network.Contains(peer));
    }

    /// <summary>
    /// Scheme and host that browsers see: the public URL, else the values of the request.
    /// </summary>
    public string Origin(AccessRequest request) =>
        options.Urls.PublicOrigin ?? (IsHttps(request) ? "https://" : "http://") + request.Host;

    /// <summary>
    /// The scheme that the client used: https on a TLS connection, else the first value of a
    /// trusted proxy's <c>X-Forwarded-Proto</c> (ws counts as http, wss as https,
    /// case-insensitive). Null when it is unknown.
    /// </summary>
    public string? RequestedScheme(AccessRequest request) => request.IsTls ? "https"
        : !IsTrusted(request) || request.Single("X-Forwarded-Proto") is not { } value ? null
        : value.Split(',')[0].Trim().ToLowerInvariant() switch
        {
            "http" or "ws" => "http",
            "https" or "wss" => "https",
            _ => null,
        };

    /// <summary>
    /// The host that the client requested: <c>X-Forwarded-Host</c> of a trusted proxy, else
    /// <c>Host</c>.
    /// </summary>
    public string RequestedHost(AccessRequest request) =>
        IsTrusted(request) && ForwardedValue.First(request.Single("X-Forwarded-Host")) is { } forwarded
            ? forwarded
            : request.Host;
}
