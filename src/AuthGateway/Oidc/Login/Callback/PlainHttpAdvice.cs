using AuthGateway.Configuration;
using AuthGateway.Http;

namespace AuthGateway.Oidc.Login.Callback;

/// <summary>
/// Explains a frequent cause of a lost login cookie: the login began on plain http, where browsers
/// store no <c>Secure</c> cookie.
/// </summary>
internal sealed class PlainHttpAdvice(UrlOptions urls, PublicOrigin publicOrigin)
{
    /// <summary>The advice; null when the scheme is known to be https.</summary>
    public string? For(AccessRequest request) =>
        urls.PublicIsHttps == true && publicOrigin.RequestedScheme(request) != "https"
        ? $"A login that begins on plain http ends like this too: its cookie is Secure, because PUBLIC_URL is https. Begin at {urls.PublicOrigin}/. "
            + "Where a proxy ends TLS, let it send X-Forwarded-Proto, and name it in TRUSTED_PROXIES: then http is sent to https first."
        : null;
}
