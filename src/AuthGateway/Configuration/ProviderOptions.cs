using AuthGateway.Configuration.Choices;
using AuthGateway.Oidc.Logout;
using AuthGateway.Oidc.Provider;

namespace AuthGateway.Configuration;

/// <summary>The OpenID Provider and the gateway's registration there as a Relying Party.</summary>
internal sealed record ProviderOptions
{
    /// <summary>
    /// <c>OIDC_ISSUER</c>, else <c>OIDC_PROVIDER</c>: compared byte for byte with discovery and
    /// <c>iss</c> (OIDC Discovery §4.3).
    /// </summary>
    public required string Issuer { get; init; }

    /// <summary>
    /// URL of the metadata: <c>OIDC_PROVIDER</c> without one trailing slash, and
    /// <c>/.well-known/openid-configuration</c>.
    /// </summary>
    public required Uri DiscoveryAddress { get; init; }

    public required ProviderEndpoints Endpoints { get; init; }

    public required string ClientId { get; init; }

    /// <summary>
    /// <c>CLIENT_SECRET</c> or <c>CLIENT_SECRET_FILE</c> (file or folder, re-read on change),
    /// newest first; empty for a public client.
    /// </summary>
    public required SecretSource ClientSecrets { get; init; }

    /// <summary>
    /// <c>null</c> = from discovery: basic when it or nothing is announced, else post; none without
    /// a secret.
    /// </summary>
    public ClientAuthMethod? ClientAuthMethod { get; init; }

    /// <summary>Scopes in the order sent, <c>openid</c> included, no duplicates.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>Extra authorization parameters (<c>OIDC_EXTRA_PARAMS</c>).</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ExtraParameters { get; init; } = [];

    public PushedAuthorization PushedAuthorization { get; init; } = PushedAuthorization.Required;

    /// <summary>
    /// <c>CA_BUNDLE</c>: PEM file trusted in addition to the system's roots in calls to the
    /// provider and the external authorizer.
    /// </summary>
    public string? CaBundle { get; init; }

    /// <summary>
    /// <c>PROVIDER_CALLS_MAX</c>: concurrent calls to the provider for visitors without a session.
    /// Default 32.
    /// </summary>
    public int MaxVisitorCalls { get; init; } = 32;

    /// <summary>Proxy for calls to the provider and the external authorizer.</summary>
    public ProxyOptions Proxy { get; init; } = new();

    /// <summary>
    /// <c>STRICT_SESSION_VALIDATION</c>: calls userinfo on every request with a session. Default
    /// false.
    /// </summary>
    public bool StrictSessionValidation { get; init; }

    /// <summary>
    /// How long one userinfo response counts for requests of its session. Default 0, at most 60 s.
    /// </summary>
    public TimeSpan StrictValidationCache { get; init; }

    /// <summary>
    /// How long a session continues after its first failed refresh; <c>null</c> = until
    /// <c>SESSION_MAX_AGE</c>.
    /// </summary>
    public TimeSpan? OutageGrace { get; init; }

    /// <summary>Refuses logins whose e-mail is not verified. Default false.</summary>
    public bool EmailVerifiedRequired { get; init; }

    /// <summary>
    /// Refuses logins whose <c>email_verified</c> claim is there and not true. Default false.
    /// </summary>
    public bool RefusesUnverifiedEmail { get; init; }

    /// <summary>
    /// Algorithms that ID tokens and logout tokens may be signed with (<c>OIDC_SIGNING_ALGS</c>);
    /// null = RS256, or the announced ones when RS256 is not announced.
    /// </summary>
    public IReadOnlyList<string>? SigningAlgorithms { get; init; }

    /// <summary>
    /// Allowed difference between the provider's clock and the gateway's. Default 180 s
    /// (<c>OIDC_CLOCK_TOLERANCE</c>).
    /// </summary>
    public TimeSpan ClockTolerance { get; init; } = TimeSpan.FromSeconds(180);

    /// <summary>
    /// The same for the start of validity of bearer tokens, which any client may present; their
    /// expiry has no tolerance. Default 60 s; <c>OIDC_CLOCK_TOLERANCE</c> when it is set.
    /// </summary>
    public TimeSpan BearerClockTolerance { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Maximum age of the ID token of a login; null = any age. Default 1 h
    /// (<c>OIDC_ID_TOKEN_MAX_AGE</c>).
    /// </summary>
    public TimeSpan? IdTokenMaxAge { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// True when userinfo is never called (<c>OIDC_USERINFO_URL=none</c>). Default false.
    /// </summary>
    public bool UserInfoIsOff { get; init; }

    /// <summary>
    /// Origin at which the gateway calls the endpoints that the metadata puts on the issuer's
    /// origin; null = as in the metadata (<c>OIDC_BACKCHANNEL_ORIGIN</c>).
    /// </summary>
    public Uri? BackChannelOrigin { get; init; }

    /// <summary>
    /// Accepts ID tokens signed with HS256. Default false (<c>OIDC_ALLOW_HS256</c>).
    /// </summary>
    public bool AllowHs256 { get; init; }

    public LogoutMode? LogoutMode { get; init; }
}
