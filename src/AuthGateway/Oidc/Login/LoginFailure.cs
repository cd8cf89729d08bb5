using AuthGateway.Oidc.Tokens;

namespace AuthGateway.Oidc.Login;

/// <summary>
/// One kind of login failure: the stable <c>data-error</c> code, the status of the page, its title
/// and its advice.
/// </summary>
/// <remarks>
/// The status is that of the in-line proxy; on the ext_authz listener a 5xx becomes 400, because
/// Envoy would hide the page. The list in docs/login-failures.md is compared with <see cref="All"/>
/// by a test.
/// </remarks>
internal sealed record LoginFailure(string Code, int Status, string Title, string Advice)
{
    private const string Csrf =
        "CSRF check failed. This login is used up, was not started in this browser, or took too long. Please log "
        + "in again.";

    public static readonly LoginFailure MissingState = new(
        "missing_state", 400, "Missing url parameter: state",
        "Missing url parameter: state");

    public static readonly LoginFailure MissingCode = new(
        "missing_code", 400, "Missing url parameter: code",
        "The provider sent neither a code nor an error.");

    public static readonly LoginFailure DuplicateParameter = new(
        "duplicate_parameter", 400, "Login refused",
        "The callback carried a parameter twice.");

    public static readonly LoginFailure UnknownParameter = new(
        "unknown_parameter", 400, "Login refused",
        "The callback carried a token, or a parameter in another spelling than the standard's: only the code flow "
        + "is spoken here.");

    public static readonly LoginFailure ForeignState = new(
        "foreign_state", 400, "Login could not be completed",
        Csrf);

    public static readonly LoginFailure ReplayedState = new(
        "replayed_state", 400, "This login is used up",
        "This login is used up; log in again. CSRF check failed. Its address was opened before, and it counts once.");

    public static readonly LoginFailure ExpiredState = new(
        "expired_state", 400, "Login took too long",
        Csrf);

    public static readonly LoginFailure WrongIssuer = new(
        "wrong_issuer", 400, "Login refused",
        "The answer came from another issuer than OIDC_PROVIDER, or did not say from whom (RFC 9207).");

    public static readonly LoginFailure AccessDenied = new(
        "access_denied", 400, "Access denied by the provider",
        "The provider says that this login was refused.");

    public static readonly LoginFailure InvalidScope = new(
        "invalid_scope", 400, "The provider does not know a scope",
        "Remove the scope that the provider does not know from OIDC_SCOPES, or create it there.");

    public static readonly LoginFailure ParRequired = new(
        "par_required", 400, "The provider demands pushed authorization requests",
        "Set OIDC_PAR=always: the provider demands it of this client without saying so in its metadata.");

    public static readonly LoginFailure ProviderError = new(
        "provider_error", 400, "The provider reported an error",
        "The provider answered with an error.");

    public static readonly LoginFailure ClientRejected = new(
        "client_rejected", 502, "The provider did not accept this gateway",
        "Check CLIENT_ID, CLIENT_SECRET and CLIENT_AUTH_METHOD against the client at the provider.");

    public static readonly LoginFailure CodeRejected = new(
        "code_rejected", 502, "The provider did not accept the login code",
        "The code was used before or is too old; log in again. If it stays: compare REDIRECT_URL with the client's "
        + "redirect addresses.");

    public static readonly LoginFailure TokenRequestFailed = new(
        "token_request_failed", 502, "The provider's token endpoint failed",
        "The token endpoint did not give a usable answer; try again, then look at the provider's log.");

    public static readonly LoginFailure IdTokenMissing = new(
        "id_token_missing", 400, "The provider sent no ID token",
        "The token answer holds no ID token: OIDC_SCOPES must contain openid, and the client must speak OpenID "
        + "Connect.");

    public static readonly LoginFailure IdTokenInvalid = new(
        "id_token_invalid", 400, "The ID token is not valid",
        "Its issuer, audience, algorithm, signature, times or nonce are not what OIDC_PROVIDER and CLIENT_ID "
        + "demand.");

    public static readonly LoginFailure TokenTypeUnknown = new(
        "token_type_unknown", 400, "The provider's answer is not understood",
        "The token answer's token_type is not Bearer.");

    public static readonly LoginFailure UserInfoFailed = new(
        "userinfo_failed", 502, "Not able to fetch userinfo.",
        "The userinfo endpoint did not give a usable JSON answer. Check OIDC_USERINFO_URL, then look at the provider's "
        + "log.");

    public static readonly LoginFailure UserInfoMismatch = new(
        "userinfo_subject_mismatch", 400, "Userinfo is about somebody else",
        "The sub of userinfo differs from the sub of the ID token (OIDC Core §5.3.2).");

    public static readonly LoginFailure ClaimMissing = new(
        "claim_missing", 403, "Your account lacks a claim",
        "");

    public static readonly LoginFailure ClaimInvalid = new(
        "claim_invalid", 403, "Your account has an unusable claim",
        "");

    public static readonly LoginFailure EmailUnverified = new(
        "email_unverified", 403, "Your e-mail address is not verified",
        "EMAIL_VERIFIED_REQUIRED is on and the provider does not call this address verified.");

    public static readonly LoginFailure ProviderUnavailable = new(
        "provider_unavailable", 502, "The provider cannot be reached",
        "Try again in a moment. The gateway keeps trying by itself.");

    public static readonly LoginFailure ProviderBusy = new(
        "provider_busy", 503, "Too many logins at this moment",
        "Many logins wait for the provider. Try again in a moment; nothing is wrong with yours.");

    public static readonly LoginFailure StoreUnavailable = new(
        "store_unavailable", 503, "The login could not be saved",
        "The session store does not answer; try again in a moment.");

    public static readonly LoginFailure EndedMeanwhile = new(
        "ended_meanwhile", 400, "Logged out at the provider",
        "While this login was under way, the provider ended it. Log in again.");

    public static readonly LoginFailure TooManyLogins = new(
        "login_loop", 400, "Three logins in a minute",
        "You logged in three times within a minute and still arrived here. Check that the browser keeps cookies "
        + "for this site, and that PUBLIC_URL is the address you use.");

    public static readonly LoginFailure WrongHost = new(
        "wrong_host", 400, "This address is not the public one",
        "You are sent in circles: a proxy in front rewrites Host. Compare PUBLIC_URL with the address in your "
        + "browser, and set TRUSTED_PROXIES.");

    public static readonly LoginFailure WrongScheme = new(
        "wrong_scheme", 400, "The proxy says http",
        "PUBLIC_URL is https, and the proxy in front says X-Forwarded-Proto: http for a visit that was sent to "
        + "https a moment ago. Let that proxy send X-Forwarded-Proto: https where TLS ends in front of it, or take "
        + "it out of TRUSTED_PROXIES.");

    public static readonly LoginFailure ProviderNotPublic = new(
        "provider_not_public", 400, "The provider's page needs no login",
        "The provider's own address lies behind this gateway and is not public, so a login leads back to itself. "
        + "Add its path to SKIP_AUTH_URLS.");

    public static readonly LoginFailure NotAllowed = new(
        "user_not_allowed", 403, "Your address is not of an allowed domain",
        "");

    public static IReadOnlyList<LoginFailure> All { get; } =
    [
        MissingState, MissingCode, DuplicateParameter, UnknownParameter, ForeignState, ReplayedState,
        ExpiredState, WrongIssuer, AccessDenied, InvalidScope, ParRequired,
        ProviderError, ClientRejected, CodeRejected, TokenRequestFailed, IdTokenMissing, IdTokenInvalid,
        TokenTypeUnknown, UserInfoFailed, UserInfoMismatch,
        ClaimMissing, ClaimInvalid, EmailUnverified, ProviderUnavailable, ProviderBusy, StoreUnavailable,
        EndedMeanwhile, TooManyLogins, WrongHost, WrongScheme, ProviderNotPublic, NotAllowed,
    ];

    /// <summary>The failure of a login whose claims identify no user.</summary>
    public static LoginFailure Of(ClaimsProblem problem) => problem switch
    {
        ClaimsProblem.EmailUnverified => EmailUnverified,
        ClaimsProblem.NotAllowed => NotAllowed,
        ClaimsProblem.ClaimInvalid => ClaimInvalid,
        ClaimsProblem.ClaimMissing => ClaimMissing,
        _ => throw new ArgumentOutOfRangeException(
            nameof(problem), problem, "A problem with claims that has no login failure."),
    };
}
