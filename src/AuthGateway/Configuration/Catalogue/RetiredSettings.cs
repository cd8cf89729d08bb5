using static AuthGateway.Configuration.Catalogue.SettingType;

namespace AuthGateway.Configuration.Catalogue;

/// <summary>
/// Names that only forks, documents or very old manifests use. They are reported at start with the
/// current name and never read.
/// </summary>
internal static class RetiredSettings
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        Retired("DISABLE_USERINFO", "nothing: userinfo is used when the provider has it", "oidc-authservice 0.3"),
        Retired("SELF_URL", "PUBLIC_URL", "oidc-authservice 0.3"),
        Retired("WEB_SERVER_THEME", "THEME", "documentation of oidc-authservice"),
        Retired("WEB_SERVER_THEMES_URL", "THEMES_URL", "documentation of oidc-authservice"),
        Retired(
            "ENABLED_AUTHENTICATORS",
            "IDTOKEN_AUTHN_ENABLED, KUBERNETES_AUTHN_ENABLED, ACCESS_TOKEN_AUTHN_ENABLED",
            "a fork of oidc-authservice"),
        Retired("SCHEME_DEFAULT", "PUBLIC_URL", "a fork of oidc-authservice"),
        Retired("SCHEME_HEADER", "PUBLIC_URL and TRUSTED_PROXIES", "a fork of oidc-authservice"),
        Retired("TOKEN_HEADER", "ID_TOKEN_HEADER", "a fork of oidc-authservice"),
        Retired("TOKEN_SCHEME", "nothing: the scheme is Bearer", "a fork of oidc-authservice"),
        Retired("AUTHZ_CONFIG_PATH", "GROUPS_ALLOWLIST or EXTERNAL_AUTHZ_URL", "a fork of oidc-authservice"),
        Retired("client_id", "CLIENT_ID", "ConfigMap of Kubeflow 1.0–1.2"),
        Retired("application_secret", "CLIENT_SECRET", "ConfigMap of Kubeflow 1.0–1.2"),
        Retired("oidc_provider", "OIDC_PROVIDER", "ConfigMap of Kubeflow 1.0–1.2"),
        Retired("oidc_redirect_uri", "REDIRECT_URL", "ConfigMap of Kubeflow 1.0–1.2"),
        Retired("oidc_auth_url", "OIDC_AUTH_URL", "ConfigMap of Kubeflow 1.0–1.2"),
        Retired("skip_auth_uri", "SKIP_AUTH_URLS", "ConfigMap of Kubeflow 1.0–1.2"),
        Retired("userid-header", "USERID_HEADER", "ConfigMap of Kubeflow 1.0–1.2"),
        Retired("userid-prefix", "USERID_PREFIX", "ConfigMap of Kubeflow 1.0–1.2"),
        Retired("namespace", "nothing: it belongs to the manifests", "ConfigMap of Kubeflow 1.0–1.2"),
        Retired("gatewaySelector", "nothing: it belongs to the manifests", "ConfigMap of Kubeflow 1.2"),
    ];

    private static Setting Retired(string name, string instead, string source) =>
        new(name, Text, "", "Not read.") { State = SettingState.Unused, Instead = instead, Source = source };
}
