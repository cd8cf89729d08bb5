using AuthGateway.Access;
using AuthGateway.Configuration.Choices;
using AuthGateway.Configuration.Rules;
using AuthGateway.Sessions;

namespace AuthGateway.Configuration.Warnings;

/// <summary>
/// Warns of settings that have no effect because another setting disables their feature.
/// </summary>
internal static class SettingsWithoutEffect
{
    private static readonly string[] Redis =
    [
        "SESSION_STORE_REDIS", "SESSION_STORE_REDIS_ADDR", "SESSION_STORE_REDIS_PWD", "SESSION_STORE_REDIS_DB",
        "SESSION_STORE_REDIS_PREFIX",
    ];

    /// <summary>
    /// Each row: the settings, a test whether they have no effect, and what would enable them.
    /// </summary>
    private static readonly (string[] Names, Func<GatewayOptions, bool> IsIdle, string Cure)[] Rows =
    [
        (Redis, options => options.Session.Redis is null, "sessions are kept in SQLite; set SESSION_STORE_TYPE=redis"),
        (
            ["EXT_AUTHZ_UPSTREAM_HEADERS"],
            options => !options.Server.AnswersChecks,
            "no listener answers ext_authz checks; set EXT_AUTHZ_PORT"),
        (
            ["STRIP_HEADERS"],
            options => !options.Server.IsInline,
            "nothing is forwarded by the gateway; it is for UPSTREAM_URL and ROUTES_FILE"),
        (["STRIP_COOKIES"],
            options => !options.Server.IsInline
                && !options.Server.ExtAuthzUpstreamHeaders.Contains("cookie", StringComparer.OrdinalIgnoreCase),
            "Envoy hands on the client's cookies as they came; add cookie to EXT_AUTHZ_UPSTREAM_HEADERS and to the "
                + "filter's allowed upstream headers"),
        (["STRICT_SESSION_VALIDATION_CACHE"],
            options => !options.Provider.StrictSessionValidation,
            "set STRICT_SESSION_VALIDATION=true"),
        (["CACHE_EXPIRATION_MINUTES"], options => !options.Access.CacheEnabled, "set CACHE_ENABLED=true"),
        (["ACCESS_TOKEN_AUTHN"], options => !options.Access.AccessTokenEnabled, "set ACCESS_TOKEN_AUTHN_ENABLED=true"),
        (["AUDIENCES"], options => options.Access is { AccessTokenEnabled: false, KubernetesEnabled: false },
            "neither access tokens nor Kubernetes tokens are accepted; set ACCESS_TOKEN_AUTHN_ENABLED or "
                + "KUBERNETES_AUTHN_ENABLED to true"),
        (["ID_TOKEN_HEADER"],
            options => options.Access
                is { AccessTokenEnabled: false, KubernetesEnabled: false, IdTokenEnabled: false },
            "no bearer tokens are accepted; set IDTOKEN_AUTHN_ENABLED=true or another of its kind"),
        (["POST_LOGOUT_REDIRECT_URL", "OIDC_END_SESSION_URL"],
            options => options.Provider.LogoutMode == LogoutMode.Local,
            "a logout ends the session here alone; set LOGOUT_MODE=provider"),
    ];

    public static void Write(SettingValues values, GatewayOptions options)
    {
        foreach (var (names, isIdle, cure) in Rows)
        {
            foreach (var name in names.Where(name => values.Source.IsWritten(name) && isIdle(options)))
            {
                values.Warn(name, $"no effect: {cure}, or remove {name}");
            }
        }

        foreach (var (name, header) in UncopiedHeaders(values, options))
        {
            // A note: stock Kubeflow up to 1.6 sets USERID_TOKEN_HEADER, and the replaced service's
            // last generations ignored it.
            values.Note(
                name,
                $"no effect on ext_authz, because Envoy does not copy {header}; add it to "
                + "EXT_AUTHZ_UPSTREAM_HEADERS and to the filter's allowed upstream headers");
        }
    }

    /// <summary>Headers that are configured by name but not copied upstream by Envoy.</summary>
    private static IEnumerable<(
        string Name, string Header)> UncopiedHeaders(SettingValues values, GatewayOptions options)
    {
        if (options.Server.IsInline || !options.Server.AnswersChecks)
        {
            yield break;
        }

        var copied = options.Server.ExtAuthzUpstreamHeaders;
        (string Name, string? Header)[] wanted =
        [
            ("USERID_TOKEN_HEADER", options.Identity.UserIdTokenHeader),
            ("AUTH_METHOD_HEADER",
                values.Source.IsWritten("AUTH_METHOD_HEADER") ? options.Identity.AuthMethodHeader : null),
            .. options.Identity.ClaimHeaders.Select(pair => ("CLAIM_HEADERS", (string?)pair.Value)),
        ];
        foreach (var (name, header) in wanted)
        {
            if (header is not null && !copied.Contains(header, StringComparer.OrdinalIgnoreCase))
            {
                yield return (name, header);
            }
        }
    }
}
