using AuthGateway.Access;
using AuthGateway.Configuration.Rules;
using AuthGateway.Proxy.Routes;
using AuthGateway.Sessions;

namespace AuthGateway.Configuration.Warnings;

/// <summary>Warns of settings that break or weaken logins.</summary>
internal static class LoginWarnings
{
    public static void Write(SettingValues values, GatewayOptions options)
    {
        var own = OwnPath(options.Provider.Endpoints.Authorization, options.Urls.PublicOrigin);
        if (own is not null
            && !options.Access.SkipAuthPaths.Any(open => PathRules.IsAtOrBelow(own, open))
            && !options.Access.SkipAuthRoutes.Any(open => open.Matches("GET", own)))
        {
            values.Warn(
                "SKIP_AUTH_URLS",
                $"the provider's own address {own} (OIDC_AUTH_URL) is not public, so a login leads back to itself; "
                + $"add /{own.Split('/')[1]}");
        }

        if (options.Identity.UserIdClaims.Contains(options.Identity.EmailClaim)
            && options.Provider is { EmailVerifiedRequired: false, RefusesUnverifiedEmail: false })
        {
            values.Note(
                "EMAIL_VERIFIED_REQUIRED",
                "off, and the user id is an e-mail address: one that the provider does not call verified counts too; "
                + "set it to true where people may type any address at the provider");
        }

        if (options.Session.CookiePartitioned)
        {
            values.Note(
                "SESSION_COOKIE_PARTITIONED",
                "any site may show the applications in a frame and log in there; forms of other sites reach them "
                + "with the session, so they need a protection of their own");
        }
    }

    private static string? OwnPath(string? address, string? origin)
    {
        if (address is null)
        {
            return null;
        }

        var isOwn = WebAddress.IsRelative(address)
            || (origin is not null && address.StartsWith(origin + "/", StringComparison.OrdinalIgnoreCase));
        return isOwn && WebAddress.RawPath(address).TrimEnd('/') is { Length: > 0 } path ? path : null;
    }
}
