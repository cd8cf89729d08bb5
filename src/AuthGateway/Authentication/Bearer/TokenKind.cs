namespace AuthGateway.Authentication.Bearer;

/// <summary>What a JWT says it is (RFC 8725 §3.11: one kind must never pass for another).</summary>
internal enum TokenKind
{
    /// <summary>An ID token: for us as a client, about a login.</summary>
    Id,

    /// <summary>An access token: for us as a resource.</summary>
    Access,

    /// <summary>No mark at all; its audience says which of the two it is.</summary>
    Unmarked,

    /// <summary>A refresh token, a logout token, a bound (DPoP) token, or anything else that is no bearer credential.</summary>
    Foreign,
}
