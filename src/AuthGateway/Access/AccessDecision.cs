using AuthGateway.Pipeline;

namespace AuthGateway.Access;

/// <summary>
/// The result of the access pipeline. The entry points differ only in how they deliver it.
/// </summary>
internal abstract record AccessDecision
{
    private AccessDecision()
    {
    }

    /// <summary>
    /// The request may pass. Without an identity the path is public and every managed header is
    /// removed.
    /// </summary>
    internal record Allow(Identity? Identity, AuthenticationMethod Method) : AccessDecision
    {
        public static Allow Public { get; } = new(null, AuthenticationMethod.None);

        /// <summary>
        /// The header that carried the credential; it is not forwarded. Null for a cookie, and for
        /// a session value (<c>AUTH_HEADER</c>).
        /// </summary>
        public string? CredentialHeader { get; init; }

        /// <summary>The user's raw ID token, where an application receives it.</summary>
        public string? IdToken { get; init; }

        /// <summary>The <c>Authorization</c> value that <c>FORWARD_ID_TOKEN</c> sends.</summary>
        public string? IdTokenAsBearer => field ??= IdToken is null ? null : "Bearer " + IdToken;
    }

    /// <summary>
    /// No valid session or token: a navigation is redirected to the provider, any other request
    /// gets 401.
    /// </summary>
    internal sealed record LoginRequired : AccessDecision
    {
        public static LoginRequired Instance { get; } = new();
    }

    /// <summary>
    /// A credential was recognized and is invalid: 401 with <c>WWW-Authenticate</c> (RFC 6750
    /// §3.1).
    /// </summary>
    internal sealed record Unauthorized(string Error, string Description) : AccessDecision;

    /// <summary>Authenticated but not permitted: 403.</summary>
    internal record Forbidden(Identity? Identity, string Reason) : AccessDecision;

    /// <summary>The request itself is refused: 400. The reason is shown on the page.</summary>
    internal sealed record BadRequest(string Reason) : AccessDecision;

    /// <summary>
    /// No decision is possible (store or provider down, not ready): 503, a 403 page on ext_authz.
    /// Session and cookie are kept.
    /// </summary>
    internal sealed record Unavailable(string Reason) : AccessDecision
    {
        /// <summary>
        /// True when a limit of the gateway was reached: 429, on every entry point.
        /// </summary>
        public bool IsBusy { get; init; }
    }
}
