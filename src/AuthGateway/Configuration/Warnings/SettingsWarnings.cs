using AuthGateway.Access;
using AuthGateway.Configuration.Choices;
using AuthGateway.Configuration.Rules;
using AuthGateway.Sessions;

namespace AuthGateway.Configuration.Warnings;

/// <summary>
/// Warns of combinations of settings. The start prints the warnings and <c>check</c> lists them as
/// findings; nothing is rejected. Warnings are for values that work but disclose something, or that
/// break every login. Notes are for choices that are common and safe.
/// </summary>
internal static class SettingsWarnings
{
    public static void Write(SettingValues values, GatewayOptions options)
    {
        WriteSessionCookie(values, options);
        WriteCookieName(values, options);
        WritePublicUrl(values, options);
        WriteExtAuthz(values, options);
        WriteProxies(values, options.Server);
        WriteTokensOverHttp(values, options);
        DoubtfulValues.Write(values, options);
        TlsWarnings.Write(values, options);
        SettingsWithoutEffect.Write(values, options);
        LoginWarnings.Write(values, options);
    }

    private static void WriteSessionCookie(SettingValues values, GatewayOptions options)
    {
        var session = options.Session;
        if (!session.CookieHttpOnly)
        {
            values.Warn(
                "SESSION_COOKIE_HTTPONLY",
                "scripts of every application behind the gateway can read the session; Kubeflow's dashboard logs "
                + "out with an HttpOnly cookie too");
        }

        if (session.CookieSecure == CookieSecure.Never
            && options.Urls.PublicOrigin?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) == true)
        {
            values.Warn(
                "SESSION_COOKIE_SECURE",
                "the public address is https, but browsers send the session over plain http too; unset it");
        }

        if (session.SameSite == SameSiteMode.None
            && options.Urls.PublicOrigin?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) != true)
        {
            values.Warn(
                "SESSION_SAME_SITE",
                "None makes the cookie Secure, and the public address is not known to be https: over plain http "
                + "no session lasts; set PUBLIC_URL=https://… or use Lax");
        }

        if (session.CookieDomain is { } domain
            && options.Urls.PublicOrigin is { } origin
            && !IsBelow(new Uri(origin).Host, domain.TrimStart('.')))
        {
            values.Warn(
                "SESSION_COOKIE_DOMAIN",
                $"{domain} is neither the host of {origin} nor a domain above it: browsers drop the session, and "
                + "logins go round in circles; correct it, or leave it empty");
        }
        else if (session.CookieDomain is not null)
        {
            values.Warn("SESSION_COOKIE_DOMAIN", $"every host below {session.CookieDomain} receives the session");
        }
    }

    private static void WritePublicUrl(SettingValues values, GatewayOptions options)
    {
        if (options.Urls.PublicOrigin is null && options.Session.CookieSecure == CookieSecure.Auto)
        {
            values.Note("PUBLIC_URL", options.Server.AnswersChecks
                ? "unknown, so cookies are not Secure on the ext_authz listener; set it to the address that browsers "
                    + "use"
                : "unknown, so cookies are Secure only on connections that are https themselves; set it to the "
                    + "address that browsers use");
        }
    }

    // Fetch Metadata §2: browsers send Sec-Fetch-* only to trustworthy origins: https and loopback.
    private static void WriteTokensOverHttp(SettingValues values, GatewayOptions options)
    {
        var givesTokens = options.Identity.ForwardIdToken || options.Identity.UserIdTokenHeader is not null;
        if (givesTokens && options.Server.TrustedProxies.Count > 0
            && Uri.TryCreate(options.Urls.PublicOrigin, UriKind.Absolute, out var origin)
            && origin is { Scheme: "http", IsLoopback: false })
        {
            values.Warn(
                options.Identity.ForwardIdToken ? "FORWARD_ID_TOKEN" : "USERID_TOKEN_HEADER",
                "browsers tell nothing about a script's request over plain http, so a page behind a "
                + $"trusted proxy can read the ID token at {options.Urls.Prefix}verify; let the proxy answer 404 to "
                + "that address from outside, or serve https");
        }
    }

    private static void WriteExtAuthz(SettingValues values, GatewayOptions options)
    {
        if (!options.Server.AnswersChecks)
        {
            return;
        }

        var copied = options.Server.ExtAuthzUpstreamHeaders;
        if (!copied.Contains("cookie", StringComparer.OrdinalIgnoreCase))
        {
            values.Note(
                "EXT_AUTHZ_UPSTREAM_HEADERS",
                "Envoy does not copy cookie, so applications behind it see the session cookie; "
                + "add cookie here and to the filter's allowed upstream headers to cut it out");
        }

        if (options.Identity.ForwardIdToken && !copied.Contains("authorization", StringComparer.OrdinalIgnoreCase))
        {
            values.Warn("FORWARD_ID_TOKEN", "no effect on ext_authz, because Envoy does not copy authorization; "
                + "add it to EXT_AUTHZ_UPSTREAM_HEADERS and to the filter's allowed upstream headers");
        }
    }

    // docs/deploy-forward-auth.md (nginx, Caddy, Traefik) uses a port for the gateway's own
    // endpoints.
    private static void WriteProxies(SettingValues values, ServerOptions server)
    {
        if (server is { IsInline: false, ExtAuthzPort: not null, TrustedProxies.Count: 0 })
        {
            values.Note(
                "TRUSTED_PROXIES",
                "not set, so forward-auth answers 403 to every proxy and verify does not read X-Original-URI; "
                + "where nginx, Caddy or Traefik asks here, set it to the address they ask from");
        }
        else if (server is { IsInline: false, ExtAuthzPort: null, TrustedProxies.Count: > 0 })
        {
            values.Note(
                "EXT_AUTHZ_PORT",
                "not set, so SERVER_PORT answers Envoy's checks, and forward-auth is 404 there; "
                + "where Caddy or Traefik asks here, set EXT_AUTHZ_PORT to a port of its own");
        }
    }

    // RFC 6265bis §5.7, steps 20 to 22: browsers drop a cookie that breaks the rules of its name's
    // prefix.
    private static void WriteCookieName(SettingValues values, GatewayOptions options)
    {
        var session = options.Session;
        var isHost = session.CookieName.StartsWith("__Host-", StringComparison.OrdinalIgnoreCase);
        if (!isHost && !session.CookieName.StartsWith("__Secure-", StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        if (isHost && session.CookieDomain is not null)
        {
            values.Warn(
                "SESSION_COOKIE_NAME",
                $"{session.CookieName} must not have a domain: browsers drop the session, and logins go round in "
                + "circles; unset SESSION_COOKIE_DOMAIN, or choose a name without __Host-");
        }

        var isHttp = options.Urls.PublicOrigin?.StartsWith("http:", StringComparison.OrdinalIgnoreCase) == true;
        if (session.SameSite != SameSiteMode.None
            && (session.CookieSecure == CookieSecure.Never || (session.CookieSecure == CookieSecure.Auto && isHttp)))
        {
            values.Warn(
                "SESSION_COOKIE_NAME",
                $"{session.CookieName} must be Secure, and this session is not: browsers drop it, and logins go "
                + "round in circles; choose a name without the prefix, or https");
        }
    }

    private static bool IsBelow(string host, string domain) =>
        host.Equals(domain, StringComparison.OrdinalIgnoreCase)
            || host.EndsWith("." + domain, StringComparison.OrdinalIgnoreCase);
}
