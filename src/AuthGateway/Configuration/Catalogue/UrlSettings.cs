using static AuthGateway.Configuration.Catalogue.SettingType;

namespace AuthGateway.Configuration.Catalogue;

/// <summary>Addresses that browsers see.</summary>
internal static class UrlSettings
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        new("AUTHSERVICE_URL_PREFIX", Address, "/authservice/", "Where the gateway's own pages and endpoints live. Its path counts; / is refused.") { Source = "G3" },
        new("PUBLIC_URL", Address, "origin of REDIRECT_URL or AUTHSERVICE_URL_PREFIX when absolute", "Scheme and host that browsers see."),
        new("REDIRECT_URL", Address, "AUTHSERVICE_URL_PREFIX + oidc/callback", "Redirect address as registered at the provider, sent as written; its path is the callback.") { Source = "G1" },
        new("HOMEPAGE_URL", Address, "AUTHSERVICE_URL_PREFIX + site/homepage", "Where refusal pages send people.") { Source = "G3" },
        new("AFTER_LOGIN_URL", Address, "the page first asked for", "Where a login ends; gets next= with the page first asked for.") { Source = "G3" },
        new("AFTER_LOGOUT_URL", Address, "AUTHSERVICE_URL_PREFIX + site/after_logout", "Where a logout ends.") { Source = "G3" },
        new("POST_LOGOUT_REDIRECT_URL", Address, "the callback address when absolute", "What the provider is given as post_logout_redirect_uri.") { Source = "OpenID Connect RP-Initiated Logout 1.0 §2" },
        new("VERIFY_AUTH_URL", Address, "AUTHSERVICE_URL_PREFIX + verify", "Endpoint for nginx auth_request; its path counts.") { Source = "G6" },
        new("STATIC_DESTINATION_URL", Address, "", "Oldest name of AFTER_LOGIN_URL.") { State = SettingState.Legacy, Instead = "AFTER_LOGIN_URL", Source = "G1, G2" },
        new("SKIP_AUTH_URI", List, "", "Oldest name of SKIP_AUTH_URLS.") { State = SettingState.Legacy, Instead = "SKIP_AUTH_URLS", Source = "G1, G2" },
    ];
}
