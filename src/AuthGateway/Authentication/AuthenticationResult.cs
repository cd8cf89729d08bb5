using System.Text.Json;
using AuthGateway.Access;
using AuthGateway.Oidc.Tokens;
using AuthGateway.Sessions;

namespace AuthGateway.Authentication;

/// <summary>
/// The result of one authenticator. Only <see cref="Authenticated"/> carries an identity.
/// </summary>
internal abstract record AuthenticationResult
{
    private AuthenticationResult()
    {
    }

    /// <param name="Identity">The authenticated user.</param>
    /// <param name="Method">By cookie or by header.</param>
    /// <param name="Session">The gateway's session, when that was the credential.</param>
    internal sealed record Authenticated(
        Identity Identity, AuthenticationMethod Method, Session? Session) : AuthenticationResult
    {
        /// <summary>
        /// The header that carried the credential; it is not forwarded. Null for a cookie.
        /// </summary>
        public string? CredentialHeader { get; init; }

        /// <summary>The user's raw ID token, when it is available and may be needed.</summary>
        public string? IdToken { get; init; }

        /// <summary>
        /// Claims of a bearer token that were verified by its signature or by its issuer. Null for
        /// a session.
        /// </summary>
        public JsonElement? VerifiedClaims { get; init; }
    }

    /// <summary>
    /// The request carries no credential of this authenticator. The next one is asked.
    /// </summary>
    internal sealed record NoCredentials : AuthenticationResult
    {
        public static NoCredentials Instance { get; } = new();
    }

    /// <summary>A credential was recognized and is invalid (RFC 6750 §3.1).</summary>
    internal sealed record Rejected(string Error, string Description) : AuthenticationResult;

    /// <summary>
    /// The request contradicts itself, such as two live sessions in one Cookie header.
    /// </summary>
    internal sealed record Contradiction(string Reason) : AuthenticationResult;

    /// <summary>The credential cannot be checked now.</summary>
    internal sealed record Unavailable(string Reason) : AuthenticationResult
    {
        /// <summary>True when a limit of the gateway was reached and no request was made.</summary>
        public bool IsBusy { get; init; }
    }
}
