using static AuthGateway.Configuration.Catalogue.SettingType;

namespace AuthGateway.Configuration.Catalogue;

/// <summary>Settings of URLs that browsers see.</summary>
internal static class UrlSettings
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        new("AUTHSERVICE_URL_PREFIX", Address, "/authservice/",
            "Prefix of the gateway's own pages and endpoints. Only its path is used; / is refused.")
        { Source = "oidc-authservice" },
        new("PUBLIC_URL", Address, "origin of REDIRECT_URL or AUTHSERVICE_URL_PREFIX when absolute",
            "Scheme and host as browsers see them."),
        new("REDIRECT_URL", Address, "AUTHSERVICE_URL_PREFIX + oidc/callback",
            "redirect_uri as registered at the provider, sent as written; its path is the callback.")
        { Source = "oidc-authservice" },
        new("HOMEPAGE_URL", Address, "AUTHSERVICE_URL_PREFIX + site/homepage", "Target of the link on refusal pages.")
        { Source = "oidc-authservice" },
        new("AFTER_LOGIN_URL", Address, "the page first requested",
            "Target after a login; receives the page first requested as next=.") { Source = "oidc-authservice" },
        new("AFTER_LOGOUT_URL", Address, "AUTHSERVICE_URL_PREFIX + site/after_logout", "Target after a logout.")
        { Source = "oidc-authservice" },
        new("POST_LOGOUT_REDIRECT_URL", Address, "the callback URL when absolute",
            "post_logout_redirect_uri sent to the provider.") { Source = "OpenID Connect RP-Initiated Logout 1.0 §2" },
        new("VERIFY_AUTH_URL", Address, "AUTHSERVICE_URL_PREFIX + verify",
            "Endpoint for nginx auth_request; only its path is used.") { Source = "oidc-authservice" },
        new("OAUTH2_ADDRESSES", SettingType.Boolean, "false",
            "Serve the addresses of oauth2-proxy too: start, sign_in and sign_out below AUTHSERVICE_URL_PREFIX, /ping "
            + "and /ready on SERVER_PORT, and 202 instead of 204 at VERIFY_AUTH_URL."),
        new("STATIC_DESTINATION_URL", Address, "", "Oldest name of AFTER_LOGIN_URL.")
        { State = SettingState.Legacy, Instead = "AFTER_LOGIN_URL", Source = "oidc-authservice" },
        new("SKIP_AUTH_URI", List, "", "Oldest name of SKIP_AUTH_URLS.")
        { State = SettingState.Legacy, Instead = "SKIP_AUTH_URLS", Source = "oidc-authservice" },
    ];
}
