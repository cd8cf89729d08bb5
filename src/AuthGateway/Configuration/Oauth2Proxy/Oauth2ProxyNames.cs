using System.Collections.Frozen;
using AuthGateway.Configuration.Warnings;

namespace AuthGateway.Configuration.Oauth2Proxy;

/// <summary>
/// The options of oauth2-proxy 7.15, by their names in its file. The translators read most of them;
/// the others have a sentence here.
/// </summary>
internal static class Oauth2ProxyNames
{
    /// <summary>The setting that names the file; <c>--oauth2-proxy-config</c> sets it.</summary>
    public const string FileSetting = "OAUTH2_PROXY_CONFIG";

    public const string AlphaRefusal =
        "the YAML form (alpha configuration) is not read: its upstreams, headers and providers have other meanings in "
        + "each release; write them as options of oauth2_proxy.cfg, or as our settings";

    private const string Logs = "no formats and files of logs here; ACCESS_LOG and LOG_LEVEL choose what is logged";
    private const string Pages = "the pages are our own; CLIENT_NAME, THEME and THEMES_URL change them";
    private const string Csrf = "no meaning here: each login attempt has a sealed cookie of its own, for 10 minutes";
    private const string NotPassed = "not done: neither an access token nor a password is ever passed on";

    /// <summary>
    /// Options without a counterpart. Without each of them the gateway allows the same or less.
    /// </summary>
    public static FrozenDictionary<string, string> WithoutMeaning { get; } = new Dictionary<string, string>
    {
        ["access_token_in_cookie"] = "no meaning here: the cookie is one random value",
        ["allow_query_semicolons"] = "no meaning here: the query is forwarded as it came",
        ["approval_prompt"] = "never sent",
        ["auth_logging"] = Logs,
        ["auth_logging_format"] = Logs,
        ["auth_request_response_mode"] = "the answer comes in the query, always",
        ["banner"] = Pages,
        ["basic_auth_password"] = NotPassed,
        ["bearer_token_login_fallback"] = "a bad token is 401, never a login",
        ["code_challenge_method"] = "PKCE with S256, always",
        ["config_test"] = "auth-gateway check does it",
        ["convert_config_to_alpha"] = AlphaRefusal,
        ["cookie_csrf_expire"] = Csrf,
        ["cookie_csrf_per_request"] = Csrf,
        ["cookie_csrf_per_request_limit"] = Csrf,
        ["cookie_csrf_samesite"] = Csrf,
        ["cookie_refresh"] =
            "no meaning here: a session in use is refreshed by the times of its tokens (SESSION_REFRESH_MIN_INTERVAL)",
        ["custom_sign_in_logo"] = Pages,
        ["custom_templates_dir"] = Pages,
        ["disable_keep_alives"] = "connections to the upstream are kept",
        ["display_htpasswd_form"] = "no passwords here",
        ["encode_state"] = "no meaning here: the state is sealed",
        ["errors_to_info_log"] = Logs,
        ["exclude_logging_paths"] = Logs,
        ["flush_interval"] = "no meaning here: answers pass at once",
        ["footer"] = Pages,
        ["force_code_challenge_method"] = "PKCE with S256, always",
        ["force_https"] = "not done; let the proxy in front redirect",
        ["force_json_errors"] = "a page visit goes to the login, everything else gets JSON",
        ["gcp_healthchecks"] = "not done; /healthz and /readyz are on READINESS_PROBE_PORT",
        ["htpasswd_file"] = "not read: no passwords here; create the users at the provider",
        ["htpasswd_user_groups"] = "no passwords here",
        ["insecure_oidc_skip_nonce"] = "the nonce is checked, always",
        ["logging_compress"] = Logs,
        ["logging_filename"] = Logs,
        ["logging_local_time"] = Logs,
        ["logging_max_age"] = Logs,
        ["logging_max_backups"] = Logs,
        ["logging_max_size"] = Logs,
        ["metrics_secure_address"] = "metrics are served without TLS, on METRICS_PORT",
        ["metrics_tls_cert_file"] = "metrics are served without TLS, on METRICS_PORT",
        ["metrics_tls_key_file"] = "metrics are served without TLS, on METRICS_PORT",
        ["pass_access_token"] = NotPassed,
        ["pass_basic_auth"] = NotPassed,
        ["ping_user_agent"] = "no meaning here: a User-Agent opens nothing",
        ["provider_display_name"] = "no meaning here: there is no sign-in page",
        ["real_client_ip_header"] = "X-Forwarded-For is read from the right, behind TRUSTED_PROXIES",
        ["relative_redirect_url"] = "redirect_url says whether it is relative",
        ["request_id_header"] = Logs,
        ["request_logging"] = Logs,
        ["request_logging_format"] = Logs,
        ["session_cookie_minimal"] = "no meaning here: the cookie is one random value",
        ["set_basic_auth"] = NotPassed,
        ["show_debug_on_error"] = Pages,
        ["signature_key"] = "no GAP-Signature here",
        ["silence_ping_logging"] = "probes are not logged",
        ["skip_provider_button"] = "a page visit goes to the provider at once; there is no sign-in page",
        ["standard_logging"] = Logs,
        ["standard_logging_format"] = Logs,
        ["tls_cipher_suites"] = "the platform's list is used",
        ["upstream_timeout"] = "no meaning here: the upstream may take its time",
        ["validate_url"] = "no meaning here: sessions are refreshed, and userinfo is read then",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Translated = string.Join(' ',
        "acr_values allowed_groups allowed_roles alpha_config api_routes authenticated_emails_file",
        "azure_graph_group_field azure_tenant backend_logout_url bitbucket_repository bitbucket_team client_id",
        "client_secret client_secret_file cookie_domains cookie_expire cookie_httponly cookie_name cookie_path",
        "cookie_samesite cookie_secret cookie_secret_file cookie_secure email_domains entra_id_allowed_tenants",
        "entra_id_federated_token_auth extra_jwt_issuers github_org github_repo github_team github_token",
        "github_users gitlab_groups gitlab_projects google_admin_api_user_scope google_admin_email google_group",
        "google_groups google_service_account_json google_target_principal",
        "google_use_application_default_credentials google_use_organization_id http_address https_address",
        "insecure_oidc_allow_unverified_email insecure_oidc_skip_issuer_verification jwt_key jwt_key_file",
        "keycloak_groups login_url metrics_address oidc_audience_claims oidc_email_claim",
        "oidc_enabled_signing_algs oidc_extra_audiences oidc_groups_claim oidc_issuer_url oidc_jwks_url",
        "oidc_public_key_files pass_authorization_header pass_host_header pass_user_headers ping_path",
        "prefer_email_to_user profile_url prompt provider provider_ca_files proxy_prefix proxy_websockets",
        "pubjwk_url ready_path redeem_url redirect_url redis_ca_path redis_cluster_connection_urls",
        "redis_connection_idle_timeout redis_connection_url redis_insecure_skip_tls_verify redis_password",
        "redis_sentinel_connection_urls redis_sentinel_master_name redis_sentinel_password redis_use_cluster",
        "redis_use_sentinel redis_username resource reverse_proxy scope session_store_type",
        "set_authorization_header set_xauthrequest skip_auth_preflight skip_auth_regex skip_auth_routes",
        "skip_auth_strip_headers skip_claims_from_profile_url skip_jwt_bearer_tokens skip_oidc_discovery",
        "ssl_insecure_skip_verify ssl_upstream_insecure_skip_verify tls_cert_file tls_key_file tls_min_version",
        "trusted_ips trusted_proxy_ips upstreams use_system_trust_store user_id_claim whitelist_domains")
        .Split(' ').ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Every option, in order.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. Translated.Concat(WithoutMeaning.Keys).Order(StringComparer.Ordinal)];

    /// <summary>True for a name as it is in the file, and in capital letters in a variable.</summary>
    public static bool Knows(string name) => Translated.Contains(name) || WithoutMeaning.ContainsKey(name);

    /// <summary>
    /// The name in the file of an option of the command line, where a list is written in the
    /// singular. Null for a name that is no option.
    /// </summary>
    /// <param name="flag">Without dashes before it, and with underscores.</param>
    public static string? OfFlag(string flag) => Knows(flag) ? flag : Knows(flag + "s") ? flag + "s" : null;

    /// <summary>The option that a misspelt name may mean; null when none is close.</summary>
    public static string? Nearest(string name)
    {
        var wanted = name.ToLowerInvariant().Replace('-', '_');
        var nearest = All.MinBy(known => EditDistance.Between(wanted, known))!;
        return EditDistance.Between(wanted, nearest) <= Math.Max(1, wanted.Length / 4) ? nearest : null;
    }
}
