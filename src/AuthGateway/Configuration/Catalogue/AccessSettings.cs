using static AuthGateway.Configuration.Catalogue.SettingType;

namespace AuthGateway.Configuration.Catalogue;

/// <summary>Settings of access rules and accepted credentials.</summary>
internal static class AccessSettings
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        new("SKIP_AUTH_URLS", List, "",
            "Public paths, each with everything below it; whole segments, case-sensitive. With a trailing slash the "
            + "path itself still needs a login.") { Source = "oidc-authservice" },
        new("SKIP_AUTH_ROUTES", List, "",
            "Public paths by pattern, each as [METHOD=]PATTERN, separated by commas and blanks, or a JSON array. A "
            + "pattern is a path with everything below it, a glob over the whole path (* is any characters), or "
            + "after a ~ a regular expression (RE2) that matches anywhere in the path. One that matches every path "
            + "is refused."),
        new("API_PATHS", List, "",
            "Paths that get 401 instead of a redirect to the login; patterns as in SKIP_AUTH_ROUTES, for example "
            + "/api, */api/* or POST=~^/v[0-9]+/."),
        new("EMAIL_DOMAINS", List, "*",
            "Domains whose e-mail addresses (EMAIL_CLAIM) have access: example.com is that domain alone, "
            + ".example.com those below it, * every user. Users without an address are refused, service accounts "
            + "too. Set EMAIL_VERIFIED_REQUIRED as well."),
        new("GROUPS_ALLOWLIST", List, "*",
            "Groups that have access, separated by commas (\\, is a comma inside a name), or a JSON array. Globs are "
            + "allowed; * is every user.") { Source = "oidc-authservice" },
        new("AUTH_HEADER", Header, "Authorization",
            "Request header that may hold a session value; off = none.") { Source = "oidc-authservice" },
        new("ID_TOKEN_HEADER", Header, "Authorization",
            "Request header that may hold a bearer token.") { Source = "oidc-authservice" },
        new("AUDIENCES", List, "istio-ingressgateway.istio-system.svc.cluster.local",
            "Accepted audiences of Kubernetes and JWT access tokens.") { Source = "oidc-authservice" },
        new("EXTERNAL_AUTHZ_URL", Address, "",
            "External authorizer, called by POST for every authenticated request; without its answer the request is "
            + "refused.") { Source = "oidc-authservice" },
        new("IDTOKEN_AUTHN_ENABLED", SettingType.Boolean, "true", "Accept ID tokens as bearer tokens.")
        { Source = "oidc-authservice" },
        new("KUBERNETES_AUTHN_ENABLED", SettingType.Boolean, "true",
            "Accept Kubernetes tokens; disabled without a cluster unless true is written.")
        { Source = "oidc-authservice" },
        new("ACCESS_TOKEN_AUTHN_ENABLED", SettingType.Boolean, "true", "Accept access tokens of the provider.")
        { Aliases = ["JWT_AUTHN_ENABLED"], Source = "oidc-authservice" },
        new("ACCESS_TOKEN_AUTHN", Choice, "jwt", "Kind of the provider's access tokens.")
        { Choices = ["jwt", "opaque"], Source = "oidc-authservice" },
        new("BASIC_AUTHN_ENABLED", SettingType.Boolean, "false",
            "Accept a session value as the password of Authorization: Basic, for programs such as git, skopeo and "
            + "rclone; never for a browser."),
        new("CACHE_ENABLED", SettingType.Boolean, "false",
            "Cache positive results for opaque and Kubernetes tokens, never beyond a token's expiry; negative ones "
            + "are always cached for 10 s.") { Source = "oidc-authservice" },
        new("CACHE_EXPIRATION_MINUTES", Duration, "5", "How long positive results are cached.")
        { Unit = "minutes", Source = "oidc-authservice" },
        new("ACCESS_MODE", Choice, "unrestricted", "Access rules in addition to groups.")
        { State = SettingState.Later, Choices = ["unrestricted", "restricted", "required"] },
        new("ALLOWED_IDENTITIES", List, "",
            "Identities that have access: user:… group:… sub:… domain:…") { State = SettingState.Later },
    ];
}
