using AuthGateway.Authentication.Kubernetes;
using AuthGateway.Configuration.Choices;
using AuthGateway.Configuration.Rules;

namespace AuthGateway.Configuration.Readers;

/// <summary>Reads the access rules and the accepted credentials.</summary>
internal static class AccessReader
{
    public static AccessOptions Read(SettingValues values, UrlOptions urls, bool legacy)
    {
        RefuseLater(values);
        var accessTokens = values.Boolean("ACCESS_TOKEN_AUTHN_ENABLED", true);
        var authHeader = HeaderRules.Name(values, "AUTH_HEADER", "Authorization");
        if (values.Source.Has("GROUPS_ALLOWLIST") && values.Text("GROUPS_ALLOWLIST") is null)
        {
            values.Warn("GROUPS_ALLOWLIST", "set but empty means everybody here (the replaced service let nobody in)");
        }

        if (values.Text("KUBECONFIG") is { } cluster
            && !System.IO.File.Exists(cluster)
            && values.Boolean("KUBERNETES_AUTHN_ENABLED", true))
        {
            values.Warn("KUBECONFIG", $"there is no file {cluster}, so Kubernetes tokens are not accepted");
        }

        return new AccessOptions
        {
            SkipAuthPaths = SkipPathRules.Read(values, urls),
            SkipAuthRoutes = PathPatternRules.Read(values, "SKIP_AUTH_ROUTES"),
            ApiPaths = PathPatternRules.Read(values, "API_PATHS"),
            EmailDomains = ReadEmailDomains(values),
            GroupsAllowlist = NameList.Read(values, "GROUPS_ALLOWLIST") ?? ["*"],
            AuthHeader = authHeader.Equals("off", StringComparison.OrdinalIgnoreCase) ? null : authHeader,
            IdTokenHeader = HeaderRules.Name(values, "ID_TOKEN_HEADER", "Authorization"),
            Audiences = values.List("AUDIENCES") ?? ["istio-ingressgateway.istio-system.svc.cluster.local"],
            ExternalAuthzUrl = ReadExternal(values),
            IdTokenEnabled = values.Boolean("IDTOKEN_AUTHN_ENABLED", true),
            KubernetesEnabled = values.Boolean("KUBERNETES_AUTHN_ENABLED", true),
            KubernetesRequired = values.Boolean("KUBERNETES_AUTHN_ENABLED") == true,
            KubeConfig = values.Text("KUBECONFIG"),
            AccessTokenEnabled = accessTokens,
            AccessTokenKind = accessTokens && values.Choice("ACCESS_TOKEN_AUTHN", StringComparison.Ordinal) == "opaque"
                ? AccessTokenKind.Opaque
                : AccessTokenKind.Jwt,
            BasicEnabled = values.Boolean("BASIC_AUTHN_ENABLED", false),
            CacheEnabled = values.Boolean("CACHE_ENABLED", false),
            CacheExpiration = ReadCacheExpiration(values) ?? TimeSpan.FromMinutes(5),
            LegacyProfile = legacy,
        };
    }

    private static TimeSpan? ReadCacheExpiration(SettingValues values) => values.Boolean("CACHE_ENABLED", false)
        ? values.Duration("CACHE_EXPIRATION_MINUTES", TimeSpan.FromMinutes(1))
        : null;

    /// <summary>
    /// Rejects restrictions that this release does not enforce, so that they cannot seem to be in
    /// force.
    /// </summary>
    private static void RefuseLater(SettingValues values)
    {
        if (values.Text("ACCESS_MODE") is { } mode && !mode.Equals("unrestricted", StringComparison.OrdinalIgnoreCase))
        {
            values.Error("ACCESS_MODE", "arrives in a later release; for now use unrestricted and GROUPS_ALLOWLIST");
        }

        if (values.Text("ALLOWED_IDENTITIES") is not null)
        {
            values.Error("ALLOWED_IDENTITIES", "arrives in a later release; use GROUPS_ALLOWLIST to restrict by group");
        }
    }

    // A word that is no domain would admit no one, or not those it seems to.
    private static IReadOnlyList<string> ReadEmailDomains(SettingValues values)
    {
        var domains = values.List("EMAIL_DOMAINS") ?? [];
        foreach (var domain in domains.Where(domain => domain != "*" && !IsDomain(domain)))
        {
            values.Error(
                "EMAIL_DOMAINS",
                $"'{domain}' is no domain; write example.com, .example.com (those below it) or * (every address)");
        }

        return domains;
    }

    private static bool IsDomain(string text)
    {
        var name = text.StartsWith("*.", StringComparison.Ordinal) ? text[2..]
            : text.StartsWith('.') ? text[1..] : text;
        return name.Length > 0 && name[0] != '.' && name.All(c => char.IsLetterOrDigit(c) || c is '-' or '.');
    }

    private static Uri? ReadExternal(SettingValues values)
    {
        if (values.Text("EXTERNAL_AUTHZ_URL") is not { } text)
        {
            return null;
        }

        if (WebAddress.Absolute(text) is { } uri && !WebAddress.IsLinkLocal(uri))
        {
            return uri;
        }

        values.Error("EXTERNAL_AUTHZ_URL", "not an absolute http(s) address that may be called");
        return null;
    }
}
