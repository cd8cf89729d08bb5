using AuthGateway.Configuration.Rules;

namespace AuthGateway.Configuration.Oauth2Proxy;

/// <summary>The provider, the client, and the addresses of both.</summary>
internal static class ProviderTranslator
{
    private static readonly string[] Addresses = ["login_url", "redeem_url", "oidc_jwks_url", "profile_url"];

    // The same names in a request to the provider.
    private static readonly string[] AuthorizationParameters = ["prompt", "acr_values", "resource"];

    // Each of these speaks OpenID Connect; its issuer is enough.
    private static readonly string[] KnownProviders =
        ["oidc", "keycloak-oidc", "entra-id", "google", "gitlab", "adfs", "cidaas"];

    public static void Translate(ForeignOptions options, Translation to)
    {
        Provider(options, to);
        Client(options, to);
        Endpoints(options, to);
        Tls(options, to);
        Parameters(options, to);
        Unsafe(options, to);
    }

    private static void Provider(ForeignOptions options, Translation to)
    {
        var issuer = options.Text("oidc_issuer_url");
        var provider = options.Text("provider") ?? (issuer is null ? "google" : "oidc");
        if (!KnownProviders.Contains(provider))
        {
            to.Refuse(
                options.Label("provider"),
                $"'{provider}' is no OpenID Provider that is known here; put Dex or Keycloak in between",
                "OIDC_PROVIDER");
            return;
        }

        issuer ??= provider switch
        {
            "google" when options.Has("provider") => "https://accounts.google.com",
            "gitlab" => "https://gitlab.com",
            _ => null,
        };
        to.Set("OIDC_PROVIDER", issuer, options.Label("oidc_issuer_url"));
    }

    private static void Client(ForeignOptions options, Translation to)
    {
        to.Set("CLIENT_ID", options.Text("client_id"), options.Label("client_id"));
        var file = options.Text("client_secret_file");
        var secret = options.Text("client_secret");
        if (file is not null && secret is null)
        {
            to.Set("CLIENT_SECRET_FILE", file, options.Label("client_secret_file"));
        }
        else
        {
            if (file is not null)
            {
                to.Note(options.Label("client_secret_file"), "not used, because client_secret is set");
            }

            to.Set("CLIENT_SECRET", secret, options.Label("client_secret"));
        }

        foreach (var name in new[] { "jwt_key", "jwt_key_file", "pubjwk_url", "entra_id_federated_token_auth" })
        {
            if (options.Text(name) is not (null or "false"))
            {
                to.Refuse(options.Label(name), "the client logs in at the provider by its secret here (CLIENT_SECRET)");
            }
        }
    }

    private static void Endpoints(ForeignOptions options, Translation to)
    {
        var isDiscovered = !options.Flag("skip_oidc_discovery", absent: false, doubtful: false);
        string[] settings = ["OIDC_AUTH_URL", "OIDC_TOKEN_URL", "OIDC_JWKS_URL", "OIDC_USERINFO_URL"];
        foreach (var (name, setting) in Addresses.Zip(settings))
        {
            var address = options.Text(name);
            if (isDiscovered && address is not null)
            {
                to.Note(
                    options.Label(name),
                    "not used, as there: discovery gives it; skip_oidc_discovery = true uses it");
            }
            else
            {
                to.Set(setting, address, options.Label(name));
            }
        }

        var hasNoProfile = options.Flag("skip_claims_from_profile_url", absent: false, doubtful: false)
            || (!isDiscovered && options.Text("profile_url") is null);
        to.Set("OIDC_USERINFO_URL", hasNoProfile ? "none" : null, options.Label("skip_claims_from_profile_url"));
        if (options.List("oidc_public_key_files").Count > 0)
        {
            to.Refuse(
                options.Label("oidc_public_key_files"),
                "keys are read from the provider's key set (OIDC_JWKS_URL)");
        }
    }

    private static void Tls(ForeignOptions options, Translation to)
    {
        var files = options.List("provider_ca_files").Where(file => file.Length > 0).ToList();
        if (files.Count > 1)
        {
            to.Refuse(
                options.Label("provider_ca_files"),
                "names several files; join them in one and name it in CA_BUNDLE",
                "CA_BUNDLE");
        }
        else if (files is [var file])
        {
            to.Set("CA_BUNDLE", file, options.Label("provider_ca_files"));
            if (!options.Flag("use_system_trust_store", absent: false, doubtful: false))
            {
                to.Warn(options.Label("provider_ca_files"), "the system's roots are trusted besides it, always");
            }
        }

        if (options.Text("use_system_trust_store") is not null)
        {
            to.Note(options.Label("use_system_trust_store"), "the system's roots are trusted, always");
        }

        if (options.Flag("ssl_insecure_skip_verify", absent: false, doubtful: true))
        {
            const string remark = "NOT done: certificates are verified, always";
            string[] used = ["oidc_issuer_url", .. Addresses];
            var isHttps = used.Any(name =>
                options.Text(name)?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) == true);
            (isHttps ? to.Warn : (Action<string, string>)to.Note)(
                options.Label("ssl_insecure_skip_verify"),
                isHttps ? remark + "; give the provider's certificate or its authority in CA_BUNDLE" : remark);
        }
    }

    private static void Parameters(ForeignOptions options, Translation to)
    {
        var usual = options.List("allowed_groups").Count > 0 ? "openid email profile groups" : "openid email profile";
        to.Set("OIDC_SCOPES", options.Text("scope") ?? usual, options.Label("scope"));
        var parameters = new List<string>();
        foreach (var name in AuthorizationParameters)
        {
            var value = options.Text(name);
            if (name == "prompt" && value == "none")
            {
                to.Note(options.Label(name), "not sent: it would refuse everyone who is not logged in at the provider");
            }
            else if (value?.AsSpan().ContainsAny(',', ' ') == true)
            {
                to.Refuse(
                    options.Label(name),
                    "has a blank or a comma, which OIDC_EXTRA_PARAMS cannot carry",
                    "OIDC_EXTRA_PARAMS");
            }
            else if (value is not null)
            {
                parameters.Add($"{name}={value}");
            }
        }

        var joined = string.Join(',', parameters);
        to.Set("OIDC_EXTRA_PARAMS", joined.Length == 0 ? null : joined, options.Label("prompt"));
        var algorithms = options.List("oidc_enabled_signing_algs").Where(name => name.Length > 0).ToList();
        if (algorithms.Exists(name => name.StartsWith("HS", StringComparison.OrdinalIgnoreCase)))
        {
            to.Refuse(
                options.Label("oidc_enabled_signing_algs"),
                "has HS256 or its like: whoever knows the client secret signs such a token; write "
                + "OIDC_ALLOW_HS256=true "
                + "and OIDC_SIGNING_ALGS if that is meant",
                "OIDC_SIGNING_ALGS");
        }
        else if (algorithms.Count > 0)
        {
            to.Set("OIDC_SIGNING_ALGS", string.Join(' ', algorithms), options.Label("oidc_enabled_signing_algs"));
        }
    }

    private static void Unsafe(ForeignOptions options, Translation to)
    {
        if (options.Flag("insecure_oidc_skip_issuer_verification", absent: false, doubtful: true))
        {
            to.Warn(
                options.Label("insecure_oidc_skip_issuer_verification"),
                "NOT done: the issuer is verified, always; name one that differs from the address in OIDC_ISSUER");
        }

        if (options.Text("backend_logout_url") is not null)
        {
            to.Warn(
                options.Label("backend_logout_url"),
                "not called: the browser is sent to the provider's end-session endpoint (LOGOUT_MODE, "
                + "OIDC_END_SESSION_URL)");
        }

        if (options.List("oidc_audience_claims").Any(claim => claim is not ("aud" or "")))
        {
            to.Warn(options.Label("oidc_audience_claims"), "not used: the audience is the claim aud, always");
        }
    }
}
