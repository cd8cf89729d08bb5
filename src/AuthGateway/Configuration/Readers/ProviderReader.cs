using AuthGateway.Configuration.Choices;
using AuthGateway.Configuration.Rules;
using AuthGateway.Oidc.Logout;
using AuthGateway.Oidc.Provider;

namespace AuthGateway.Configuration.Readers;

/// <summary>Reads the settings of the OpenID Provider and of the client registered there.</summary>
internal static class ProviderReader
{
    private static bool UserInfoIsOff(SettingValues values) =>
        values.Text("OIDC_USERINFO_URL") is { } text && text.Equals("none", StringComparison.OrdinalIgnoreCase);

    private static bool IsUnlessAbsent(SettingValues values) =>
        values.Text("EMAIL_VERIFIED_REQUIRED")?.Equals("unless-absent", StringComparison.OrdinalIgnoreCase) == true;

    private static bool ReadStrict(SettingValues values)
    {
        var isStrict = values.Boolean("STRICT_SESSION_VALIDATION", false);
        if (isStrict && UserInfoIsOff(values))
        {
            values.Error(
                "STRICT_SESSION_VALIDATION",
                "asks userinfo, which OIDC_USERINFO_URL=none switches off; remove one of the two");
        }

        return isStrict;
    }

    private static TimeSpan ReadStrictCache(SettingValues values)
    {
        const string name = "STRICT_SESSION_VALIDATION_CACHE";
        if (values.Text(name) is null or "0" or "off"
            || values.Duration(name, TimeSpan.FromSeconds(1)) is not { } cache)
        {
            return TimeSpan.Zero;
        }

        if (cache > TimeSpan.FromMinutes(1))
        {
            values.Error(
                name,
                "is at most 60 s: a longer one is what SESSION_REFRESH_MIN_INTERVAL does without asking on requests");
        }

        return cache;
    }

    private static readonly string[] ProtocolParameters =
    [
        "client_id", "client_secret", "redirect_uri", "response_type", "response_mode", "scope", "state", "nonce",
        "code_challenge", "code_challenge_method", "request", "request_uri",
    ];

    public static ProviderOptions Read(SettingValues values)
    {
        var address = values.Text("OIDC_PROVIDER") ?? values.Text("OIDC_ISSUER");
        if (address is null)
        {
            values.Error("OIDC_PROVIDER", "missing; set it to the issuer address of the OpenID Provider");
        }

        var valid = address is not null && ProviderAddressRules.Check(values, "OIDC_PROVIDER", address);
        var method = ReadMethod(values);
        var tolerance = TokenRulesReader.ReadTolerance(values);
        return new ProviderOptions
        {
            Issuer = values.Text("OIDC_ISSUER") ?? address ?? "",
            DiscoveryAddress = new Uri(
                (valid ? Trimmed(address!) : "http://invalid.invalid") + "/.well-known/openid-configuration"),
            Endpoints = ReadEndpoints(values),
            ClientId = ReadClientId(values),
            ClientSecrets = ReadSecrets(values, method),
            ClientAuthMethod = method,
            Scopes = ReadScopes(values),
            ExtraParameters = ReadExtraParameters(values),
            PushedAuthorization = Enum.Parse<PushedAuthorization>(values.Choice("OIDC_PAR") ?? "required", true),
            CaBundle = Bundle(values),
            StrictSessionValidation = ReadStrict(values),
            Proxy = ProxyReader.Read(values),
            MaxVisitorCalls = values.Number("PROVIDER_CALLS_MAX", 1, 10_000) ?? 32,
            StrictValidationCache = ReadStrictCache(values),
            OutageGrace = values.Duration("PROVIDER_OUTAGE_GRACE", TimeSpan.FromSeconds(1)),
            EmailVerifiedRequired = !IsUnlessAbsent(values) && values.Boolean("EMAIL_VERIFIED_REQUIRED", false),
            RefusesUnverifiedEmail = IsUnlessAbsent(values),
            AllowHs256 = TokenRulesReader.ReadHs256(values, values.Text("OIDC_ISSUER") ?? address ?? ""),
            SigningAlgorithms = TokenRulesReader.ReadAlgorithms(values),
            ClockTolerance = tolerance ?? TimeSpan.FromSeconds(180),
            BearerClockTolerance = tolerance ?? TimeSpan.FromSeconds(60),
            IdTokenMaxAge = TokenRulesReader.ReadMaxAge(values),
            UserInfoIsOff = UserInfoIsOff(values),
            BackChannelOrigin = TokenRulesReader.ReadBackChannelOrigin(values),
            LogoutMode = values.Choice("LOGOUT_MODE") is { } mode ? Enum.Parse<LogoutMode>(mode, true) : null,
        };
    }

    private static string Trimmed(string address) => address.EndsWith('/') ? address[..^1] : address;

    private static string ReadClientId(SettingValues values)
    {
        if (values.Text("CLIENT_ID") is { } id)
        {
            return id;
        }

        values.Error("CLIENT_ID", "missing; set it to the client's identifier at the provider");
        return "";
    }

    private static ClientAuthMethod? ReadMethod(SettingValues values)
    {
        if (values.Text("CLIENT_AUTH_METHOD") is "private_key_jwt" or "tls_client_auth")
        {
            values.Error(
                "CLIENT_AUTH_METHOD",
                "private_key_jwt and tls_client_auth arrive in a later release; client_secret_basic, "
                + "client_secret_post and none work today");
            return null;
        }

        return values.Choice("CLIENT_AUTH_METHOD") switch
        {
            "client_secret_basic" => ClientAuthMethod.ClientSecretBasic,
            "client_secret_post" => ClientAuthMethod.ClientSecretPost,
            "none" => ClientAuthMethod.None,
            _ => null,
        };
    }

    private static SecretSource ReadSecrets(SettingValues values, ClientAuthMethod? method)
    {
        if (method == ClientAuthMethod.None)
        {
            if (values.Text("CLIENT_SECRET") is not null
                || !string.IsNullOrEmpty(values.Source.Find("CLIENT_SECRET_FILE")))
            {
                values.Warn(
                    "CLIENT_SECRET",
                    "not used, because CLIENT_AUTH_METHOD=none is a public client; remove one of the two");
            }

            return SecretSource.Empty;
        }

        var secrets = SecretReader.Read(values, "CLIENT_SECRET", several: false);
        if (secrets is null)
        {
            values.Error(
                "CLIENT_SECRET",
                "missing; set it, or CLIENT_SECRET_FILE, or CLIENT_AUTH_METHOD=none for a public client");
        }

        return secrets ?? SecretSource.Empty;
    }

    private static ProviderEndpoints ReadEndpoints(SettingValues values) => new()
    {
        Authorization = ProviderAddressRules.BrowserEndpoint(values, "OIDC_AUTH_URL"),
        Token = ProviderAddressRules.Endpoint(values, "OIDC_TOKEN_URL"),
        UserInfo = UserInfoIsOff(values) ? null : ProviderAddressRules.Endpoint(values, "OIDC_USERINFO_URL"),
        Jwks = ProviderAddressRules.Endpoint(values, "OIDC_JWKS_URL"),
        EndSession = ProviderAddressRules.BrowserEndpoint(values, "OIDC_END_SESSION_URL"),
        Revocation = ProviderAddressRules.Endpoint(values, "OIDC_REVOCATION_URL"),
    };

    private static IReadOnlyList<string> ReadScopes(SettingValues values)
    {
        var scopes = values.List("OIDC_SCOPES") ?? ["openid", "email"];
        return scopes.Contains("openid") ? scopes : ["openid", .. scopes];
    }

    private static List<KeyValuePair<string, string>> ReadExtraParameters(SettingValues values)
    {
        var parameters = new List<KeyValuePair<string, string>>();
        foreach (var piece in (values.List("OIDC_EXTRA_PARAMS") ?? [])
            .SelectMany(piece => piece.Split('&', StringSplitOptions.RemoveEmptyEntries)))
        {
            var split = piece.IndexOf('=', StringComparison.Ordinal);
            var name = split > 0 ? piece[..split] : "";
            if (name.Length == 0)
            {
                values.Error("OIDC_EXTRA_PARAMS", $"'{piece}' is not name=value");
            }
            else if (ProtocolParameters.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                values.Error("OIDC_EXTRA_PARAMS", $"{name} belongs to the protocol and cannot be set");
            }
            else
            {
                parameters.Add(new(name, Uri.UnescapeDataString(piece[(split + 1)..])));
            }
        }

        return parameters;
    }

    private static string? Bundle(SettingValues values)
    {
        const string name = "CA_BUNDLE";
        var path = FileRules.Readable(values, name);
        if (path is not null
            && !System.IO.File.ReadAllText(path).Contains("-----BEGIN CERTIFICATE-----", StringComparison.Ordinal))
        {
            values.Warn(name, $"{path} holds no certificate in PEM form: nothing is trusted by it");
        }

        return path;
    }
}
