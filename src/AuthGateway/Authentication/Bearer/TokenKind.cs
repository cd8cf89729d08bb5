namespace AuthGateway.Authentication.Bearer;

/// <summary>
/// The kind of a JWT by its own type marks (RFC 8725 §3.11: one kind must never be accepted as
/// another).
/// </summary>
internal enum TokenKind
{
    /// <summary>An ID token: for the gateway as a client.</summary>
    Id,

    /// <summary>An access token: for the gateway as a resource.</summary>
    Access,

    /// <summary>No type mark. The audience decides between ID token and access token.</summary>
    Unmarked,

    /// <summary>
    /// A refresh token, a logout token, a bound (DPoP) token, or anything else that is no bearer
    /// credential.
    /// </summary>
    Foreign,
}
