using System.Text.Json;
using AuthGateway.Access;
using AuthGateway.Oidc.Tokens;
using AuthGateway.Sessions;

namespace AuthGateway.Authentication;

/// <summary>What one authenticator says. Only <see cref="Authenticated"/> carries an identity (invariant I6).</summary>
internal abstract record AuthenticationResult
{
    private AuthenticationResult()
    {
    }

    /// <param name="Identity">Who it is.</param>
    /// <param name="Method">By cookie or by header.</param>
    /// <param name="Session">Our own session, when that was the credential.</param>
    internal sealed record Authenticated(Identity Identity, AuthenticationMethod Method, Session? Session) : AuthenticationResult
    {
        /// <summary>The header whose value was the credential: it never goes upstream. Null for a cookie.</summary>
        public string? CredentialHeader { get; init; }

        /// <summary>The user's raw ID token, when it is known and may be needed.</summary>
        public string? IdToken { get; init; }

        /// <summary>Claims of the token, when it was a token and its signature or its issuer vouched for them.</summary>
        public JsonElement? VerifiedClaims { get; init; }
    }

    /// <summary>Nothing here that this authenticator knows; the next one is asked.</summary>
    internal sealed record NoCredentials : AuthenticationResult
    {
        public static NoCredentials Instance { get; } = new();
    }

    /// <summary>Recognised and no good (RFC 6750 §3.1).</summary>
    internal sealed record Rejected(string Error, string Description) : AuthenticationResult;

    /// <summary>The request itself contradicts itself, such as two live sessions in one Cookie header.</summary>
    internal sealed record Contradiction(string Reason) : AuthenticationResult;

    /// <summary>It cannot be known now.</summary>
    internal sealed record Unavailable(string Reason) : AuthenticationResult
    {
        /// <summary>True when a limit of ours was reached and nobody was asked.</summary>
        public bool IsBusy { get; init; }
    }
}
