using static AuthGateway.Configuration.Catalogue.SettingType;

namespace AuthGateway.Configuration.Catalogue;

/// <summary>Who may pass, and by which credential.</summary>
internal static class AccessSettings
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        new("SKIP_AUTH_URLS", List, "", "Paths that need no login, with everything below them; whole segments, case-sensitive. With a trailing slash the path itself stays closed.") { Source = "G3" },
        new("API_PATHS", List, "", "Paths that always get 401 instead of a redirect."),
        new("GROUPS_ALLOWLIST", List, "*", "Groups that may pass; apart by commas alone (\\, is a comma inside a name), or a JSON array; * is everybody, globs are allowed.") { Source = "G4" },
        new("AUTH_HEADER", Header, "Authorization", "Header in which a session value is looked for; off looks in none.") { Source = "G3" },
        new("ID_TOKEN_HEADER", Header, "Authorization", "Header in which a bearer token is looked for.") { Source = "G4" },
        new("AUDIENCES", List, "istio-ingressgateway.istio-system.svc.cluster.local", "Accepted audiences of Kubernetes and JWT access tokens.") { Source = "G4" },
        new("EXTERNAL_AUTHZ_URL", Address, "", "External authorizer, asked by POST for every authenticated request; without its answer nobody passes.") { Source = "G6" },
        new("IDTOKEN_AUTHN_ENABLED", SettingType.Boolean, "true", "Accept ID tokens as bearer tokens.") { Source = "G6" },
        new("KUBERNETES_AUTHN_ENABLED", SettingType.Boolean, "true", "Accept Kubernetes tokens; without a cluster it switches itself off unless true is written.") { Source = "G6" },
        new("ACCESS_TOKEN_AUTHN_ENABLED", SettingType.Boolean, "true", "Accept access tokens of the provider.") { Aliases = ["JWT_AUTHN_ENABLED"], Source = "G6" },
        new("ACCESS_TOKEN_AUTHN", Choice, "jwt", "Kind of the provider's access tokens.") { Choices = ["jwt", "opaque"], Source = "G6" },
        new("BASIC_AUTHN_ENABLED", SettingType.Boolean, "false", "Accept a session value as the password of Authorization: Basic, from programs such as git, skopeo and rclone; never from a browser."),
        new("CACHE_ENABLED", SettingType.Boolean, "false", "Remember good answers about opaque and Kubernetes tokens, never beyond a token's end; bad ones are remembered for 10 s always.") { Source = "G6" },
        new("CACHE_EXPIRATION_MINUTES", Duration, "5", "How long they are remembered.") { Unit = "minutes", Source = "G6" },
        new("ACCESS_MODE", Choice, "unrestricted", "Who may pass besides group rules.") { State = SettingState.Later, Choices = ["unrestricted", "restricted", "required"] },
        new("ALLOWED_IDENTITIES", List, "", "Identities that may pass: user:… group:… sub:… domain:…") { State = SettingState.Later },
    ];
}
