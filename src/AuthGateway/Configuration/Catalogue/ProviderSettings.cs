using static AuthGateway.Configuration.Catalogue.SettingType;

namespace AuthGateway.Configuration.Catalogue;

/// <summary>Settings of the OpenID Provider and of the client registered there.</summary>
internal static class ProviderSettings
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        new("OIDC_PROVIDER", Address, "",
            "Issuer URL of the OpenID Provider, byte for byte as in its metadata, which is read below it. Required.")
        { Source = "oidc-authservice; OpenID Connect Discovery 1.0 §4" },
        new("OIDC_ISSUER", Text, "OIDC_PROVIDER",
            "Issuer identifier when it differs from the URL of the metadata.")
        { Source = "OpenID Connect Core 1.0 §3.1.3.7" },
        new("OIDC_AUTH_URL", Address, "from discovery",
            "Authorization endpoint that browsers are sent to; may be relative, as stock Kubeflow's /dex/auth.")
        { Source = "oidc-authservice" },
        new("OIDC_TOKEN_URL", Address, "from discovery", "Token endpoint."),
        new("OIDC_USERINFO_URL", Address, "from discovery",
            "Userinfo endpoint; none = never call it, all claims are in the ID token (Entra with a scope of another "
            + "API, AD FS).") { Source = "OpenID Connect Core 1.0 §5.3" },
        new("OIDC_BACKCHANNEL_ORIGIN", Address, "from discovery",
            "Scheme, host and port at which the gateway calls the endpoints that the metadata puts on the issuer's "
            + "origin, for a public issuer that is reached by its in-cluster name. Browsers are still sent to the "
            + "issuer's origin."),
        new("OIDC_JWKS_URL", Address, "from discovery", "Key set (JWKS) of the provider."),
        new("OIDC_END_SESSION_URL", Address, "from discovery", "End-session endpoint for logout.")
        { Source = "OpenID Connect RP-Initiated Logout 1.0" },
        new("OIDC_REVOCATION_URL", Address, "from discovery", "Revocation endpoint.") { Source = "RFC 7009" },
        new("OIDC_SCOPES", List, "openid email",
            "Requested scopes; openid is put first when it is missing.") { Source = "oidc-authservice" },
        new("OIDC_PAR", Choice, "required",
            "Pushed authorization requests: only when the metadata demands them, always, or never.")
        { Choices = ["required", "always", "never"], Source = "RFC 9126" },
        new("OIDC_EXTRA_PARAMS", List, "", "Further authorization parameters, e.g. kc_idp_hint=github."),
        new("OIDC_ALLOW_HS256", SettingType.Boolean, "false",
            "Accept ID tokens signed with the client secret (HS256)."),
        new("OIDC_SIGNING_ALGS", List, "RS256; the announced ones when RS256 is not announced",
            "Algorithms that ID tokens and logout tokens may be signed with: RS256 RS384 RS512 PS256 PS384 PS512 "
            + "ES256 ES384 ES512.") { Source = "OpenID Connect Core 1.0 §3.1.3.7, Back-Channel Logout 1.0 §2.6" },
        new("OIDC_CLOCK_TOLERANCE", Duration, "180; 60 for bearer tokens",
            "Allowed difference between the provider's clock and the gateway's, for iat, nbf and exp; at most 10 "
            + "minutes. The exp of a bearer token has no tolerance.") { Unit = "seconds", Source = "RFC 7519 §4.1.4" },
        new("OIDC_ID_TOKEN_MAX_AGE", Duration, "3600",
            "Maximum age of the ID token of a login by its iat; off = any age.")
        { Unit = "seconds", Source = "OpenID Connect Core 1.0 §3.1.3.7 (10)" },
        new("CLIENT_ID", Text, "", "Client identifier at the provider. Required.") { Source = "oidc-authservice" },
        new("CLIENT_SECRET", Text, "",
            "Client secret; required unless CLIENT_AUTH_METHOD=none. CLIENT_SECRET_FILE may be a file or a folder of "
            + "several, newest first.") { IsSecret = true, Source = "oidc-authservice" },
        new("CLIENT_AUTH_METHOD", Choice, "from discovery",
            "How the client authenticates at the token endpoint.")
        { Choices = ["client_secret_basic", "client_secret_post", "none"], Source = "OpenID Connect Core 1.0 §9" },
        new("CLIENT_KEY_FILE", SettingType.File, "", "Private key for private_key_jwt.") { State = SettingState.Later },
        new("CLIENT_CERT_FILE", SettingType.File, "", "Certificate for tls_client_auth.")
        { State = SettingState.Later },
        new("CA_BUNDLE", SettingType.File, "",
            "PEM file of certificates trusted in addition to the system's roots in calls to the provider, the "
            + "external authorizer and Redis: an authority, an issuing intermediate, or the server's own "
            + "certificate. Read again when it changes.")
        { Aliases = ["OIDC_PROVIDER_CA_FILE"], Source = "oidc-authservice" },
        new("STRICT_SESSION_VALIDATION", SettingType.Boolean, "false",
            "Call the provider's userinfo endpoint on every request with a session. Without refresh tokens (Dex: "
            + "offline_access in OIDC_SCOPES) every session ends with its access token.")
        { Source = "oidc-authservice" },
        new("STRICT_SESSION_VALIDATION_CACHE", Duration, "0",
            "How long one userinfo response counts for further requests of the same session; at most 60 s.")
        { Unit = "seconds" },
        new("PROVIDER_OUTAGE_GRACE", Duration, "until SESSION_MAX_AGE",
            "How long a session continues after its first refresh that failed for another reason than invalid_grant.")
        { Unit = "seconds" },
        new("EMAIL_VERIFIED_REQUIRED", Choice, "false",
            "Refuse a login whose email_verified claim is not true; unless-absent accepts one without the claim.")
        { Choices = ["true", "false", "unless-absent"] },
        new("LOGOUT_MODE", Choice, "provider when it has an end-session endpoint, else local",
            "Whether logout ends the provider's session too; ask shows a page.")
        { Choices = ["local", "provider", "ask"] },
        new("PROVIDER_CALLS_MAX", SettingType.Number, "32",
            "Concurrent calls to the provider for visitors without a session (logins). As many more wait for 5 s at "
            + "most; further ones get a 503 page. Refreshes of live sessions are not counted."),
        new("HTTPS_PROXY", Address, "",
            "Proxy for https calls to the provider and the external authorizer, http://HOST:PORT; never for "
            + "upstreams, the Kubernetes API server and Redis.")
        { PlatformSpellings = ["https_proxy", "ALL_PROXY", "all_proxy"], Source = "curl and Go" },
        new("HTTP_PROXY", Address, "", "Like HTTPS_PROXY, for plain http URLs.")
        { PlatformSpellings = ["http_proxy", "ALL_PROXY", "all_proxy"], Source = "curl and Go" },
        new("NO_PROXY", List, "",
            "Hosts that are called without the proxy, as in Go: example.com and all below it, .example.com or "
            + "*.example.com for those below only, an address, a network in CIDR form, each but the network also "
            + "with :PORT, or * for all. Loopback addresses are never called through a proxy.")
        { PlatformSpellings = ["no_proxy"], Source = "curl and Go; golang.org/x/net/http/httpproxy" },
    ];
}
