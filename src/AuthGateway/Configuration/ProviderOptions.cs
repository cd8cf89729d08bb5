using AuthGateway.Oidc.Logout;
using AuthGateway.Oidc.Provider;

namespace AuthGateway.Configuration;

/// <summary>The OpenID Provider and our registration there as a Relying Party.</summary>
internal sealed record ProviderOptions
{
    /// <summary><c>OIDC_ISSUER</c>, else <c>OIDC_PROVIDER</c>: compared byte for byte with discovery and <c>iss</c> (OIDC Discovery §4.3).</summary>
    public required string Issuer { get; init; }

    /// <summary>Where the metadata is fetched: <c>OIDC_PROVIDER</c> without one trailing slash + <c>/.well-known/openid-configuration</c>.</summary>
    public required Uri DiscoveryAddress { get; init; }

    public required ProviderEndpoints Endpoints { get; init; }

    public required string ClientId { get; init; }

    /// <summary><c>CLIENT_SECRET</c> or <c>CLIENT_SECRET_FILE</c> (file or folder, re-read on change), newest first; empty for a public client.</summary>
    public required SecretSource ClientSecrets { get; init; }

    /// <summary><c>null</c> = from discovery: basic when offered or nothing is said, else post; none without a secret.</summary>
    public ClientAuthMethod? ClientAuthMethod { get; init; }

    /// <summary>Scopes in the order sent, <c>openid</c> included, no duplicates.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>Extra authorization parameters (<c>OIDC_EXTRA_PARAMS</c>).</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ExtraParameters { get; init; } = [];

    public PushedAuthorization PushedAuthorization { get; init; } = PushedAuthorization.Required;

    /// <summary>Trusted beside the system's roots in calls to the provider and the external authorizer, PEM.</summary>
    public string? CaBundle { get; init; }

    /// <summary><c>PROVIDER_CALLS_MAX</c>: calls that visitors without a session may cause at a time. Default 32.</summary>
    public int MaxVisitorCalls { get; init; } = 32;

    /// <summary>The proxy of those calls.</summary>
    public ProxyOptions Proxy { get; init; } = new();

    /// <summary>Userinfo is asked on every request with a session. Default false.</summary>
    public bool StrictSessionValidation { get; init; }

    /// <summary>How long one answer of userinfo counts for the requests of its session. Default 0, at most 60 s.</summary>
    public TimeSpan StrictValidationCache { get; init; }

    /// <summary>How long a session outlives its first failed refresh; <c>null</c> = to <c>SESSION_MAX_AGE</c>.</summary>
    public TimeSpan? OutageGrace { get; init; }

    /// <summary>Refuse a login whose e-mail is not verified. Default false.</summary>
    public bool EmailVerifiedRequired { get; init; }

    /// <summary>Algorithms that ID tokens and logout tokens may be signed with (<c>OIDC_SIGNING_ALGS</c>); null = RS256, or what is announced without it.</summary>
    public IReadOnlyList<string>? SigningAlgorithms { get; init; }

    /// <summary>How far the provider's clock may differ from ours. Default 180 s (<c>OIDC_CLOCK_TOLERANCE</c>).</summary>
    public TimeSpan ClockTolerance { get; init; } = TimeSpan.FromSeconds(180);

    /// <summary>The same for the beginning of bearer tokens, which anybody may present (their end has none). Default 60 s; <c>OIDC_CLOCK_TOLERANCE</c> when it is set.</summary>
    public TimeSpan BearerClockTolerance { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How old the ID token of a login may be; null = any age. Default 1 h (<c>OIDC_ID_TOKEN_MAX_AGE</c>).</summary>
    public TimeSpan? IdTokenMaxAge { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Userinfo is never asked (<c>OIDC_USERINFO_URL=none</c>). Default false.</summary>
    public bool UserInfoIsOff { get; init; }

    /// <summary>Where the gateway calls the endpoints that the metadata puts on the issuer's origin; null = where the metadata says (<c>OIDC_BACKCHANNEL_ORIGIN</c>).</summary>
    public Uri? BackChannelOrigin { get; init; }

    /// <summary>HS256 ID tokens are accepted only when the operator says so. Default false (<c>OIDC_ALLOW_HS256</c>).</summary>
    public bool AllowHs256 { get; init; }

    public LogoutMode? LogoutMode { get; init; }
}

/// <summary>Manual endpoints; each overrides discovery, all set means no discovery at all.</summary>
internal sealed record ProviderEndpoints
{
    /// <summary>May be relative (<c>/dex/auth</c>), as stock Kubeflow has it.</summary>
    public string? Authorization { get; init; }
    public string? Token { get; init; }
    public string? UserInfo { get; init; }
    public string? Jwks { get; init; }
    public string? EndSession { get; init; }
    public string? Revocation { get; init; }

    /// <summary>True when the provider can be used without discovery: issuer, authorization, token, userinfo and key set are given.</summary>
    /// <param name="withoutUserInfo">Userinfo is never asked.</param>
    public bool IsComplete(bool withoutUserInfo) => Authorization is not null && Token is not null && (UserInfo is not null || withoutUserInfo) && Jwks is not null;
}

internal enum ClientAuthMethod { ClientSecretBasic, ClientSecretPost, None }

internal enum PushedAuthorization { Required, Always, Never }

internal enum LogoutMode { Local, Provider, Ask }
