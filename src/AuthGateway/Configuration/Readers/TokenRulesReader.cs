using AuthGateway.Configuration.Rules;

namespace AuthGateway.Configuration.Readers;

/// <summary>Reads the rules for the provider's tokens: algorithms, clock tolerance, age.</summary>
internal static class TokenRulesReader
{
    private static readonly string[] Algorithms =
        ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];
    private static readonly TimeSpan MaxTolerance = TimeSpan.FromMinutes(10);

    /// <returns>Null when it is not set.</returns>
    public static IReadOnlyList<string>? ReadAlgorithms(SettingValues values)
    {
        const string name = "OIDC_SIGNING_ALGS";
        var algorithms = values.List(name);
        foreach (var unknown in (algorithms ?? []).Except(Algorithms))
        {
            values.Error(name, unknown.Equals("HS256", StringComparison.OrdinalIgnoreCase)
                ? "HS256 is not named here; OIDC_ALLOW_HS256=true accepts it"
                : $"'{unknown}' is not one of {string.Join(", ", Algorithms)}");
        }

        return algorithms;
    }

    /// <returns>Null when it is not set.</returns>
    public static TimeSpan? ReadTolerance(SettingValues values)
    {
        const string name = "OIDC_CLOCK_TOLERANCE";
        if (values.Text(name) is "0" or "off")
        {
            return TimeSpan.Zero;
        }

        var tolerance = values.Duration(name, TimeSpan.FromSeconds(1));
        if (tolerance > MaxTolerance)
        {
            values.Error(name, "is at most 10 minutes: an expired token counts that much longer; correct the clocks");
        }

        return tolerance;
    }

    /// <returns>Null = any age.</returns>
    public static TimeSpan? ReadMaxAge(SettingValues values)
    {
        const string name = "OIDC_ID_TOKEN_MAX_AGE";
        return values.Text(name) is "0" or "off"
            ? null
            : values.Duration(name, TimeSpan.FromSeconds(1)) ?? TimeSpan.FromHours(1);
    }

    /// <summary>
    /// Reads <c>OIDC_ALLOW_HS256</c>. HS256 needs a secret shared by provider and client, which
    /// Keycloak does not use.
    /// </summary>
    public static bool ReadHs256(SettingValues values, string issuer)
    {
        const string name = "OIDC_ALLOW_HS256";
        var isAllowed = values.Boolean(name, false);
        if (isAllowed && issuer.Contains("/realms/", StringComparison.Ordinal))
        {
            values.Warn(
                name,
                "Keycloak signs HS256 with a key of its own and not with CLIENT_SECRET: no such ID token can be "
                + "verified here; choose RS256 for this client there");
        }

        return isAllowed;
    }

    /// <summary>
    /// Reads <c>OIDC_BACKCHANNEL_ORIGIN</c>: scheme, host and port only. Null when it is not set or
    /// invalid.
    /// </summary>
    public static Uri? ReadBackChannelOrigin(SettingValues values)
    {
        const string name = "OIDC_BACKCHANNEL_ORIGIN";
        if (values.Text(name) is not { } address || !ProviderAddressRules.Check(values, name, address))
        {
            return null;
        }

        var uri = WebAddress.Absolute(address)!;
        if (uri.AbsolutePath == "/")
        {
            return uri;
        }

        values.Error(
            name,
            "scheme, host and port alone, without a path; the paths stay those of the provider's metadata");
        return null;
    }
}
