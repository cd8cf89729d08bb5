namespace AuthGateway.Configuration.Reading;

/// <summary>Names values that work and give something away: or that no login can work with: said at start and by <c>check</c>, never refused.</summary>
internal static class RiskReport
{
    public static void Write(SettingValues values, GatewayOptions options)
    {
        var session = options.Session;
        if (!session.CookieHttpOnly)
        {
            values.Warn("SESSION_COOKIE_HTTPONLY", "scripts of every application behind the gateway can read the session; Kubeflow's dashboard logs out with an HttpOnly cookie too");
        }

        if (session.CookieSecure == CookieSecure.Never && options.Urls.PublicOrigin?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) == true)
        {
            values.Warn("SESSION_COOKIE_SECURE", "the public address is https, but browsers send the session over plain http too; unset it");
        }

        if (session.SameSite == SameSiteMode.None && options.Urls.PublicOrigin?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) != true)
        {
            values.Warn("SESSION_SAME_SITE", "None makes the cookie Secure, and the public address is not known to be https: over plain http nobody stays logged in; set PUBLIC_URL=https://… or use Lax");
        }

        if (session.CookieDomain is { } domain && options.Urls.PublicOrigin is { } origin && !IsBelow(new Uri(origin).Host, domain.TrimStart('.')))
        {
            values.Warn("SESSION_COOKIE_DOMAIN", $"{domain} is neither the host of {origin} nor a domain above it: browsers drop the session, and logins go round in circles; correct it, or leave it empty");
        }
        else if (session.CookieDomain is not null)
        {
            values.Warn("SESSION_COOKIE_DOMAIN", $"every host below {session.CookieDomain} receives the session");
        }
    }

    private static bool IsBelow(string host, string domain) =>
        host.Equals(domain, StringComparison.OrdinalIgnoreCase) || host.EndsWith("." + domain, StringComparison.OrdinalIgnoreCase);
}
