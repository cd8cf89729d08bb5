namespace AuthGateway.Oidc.Tokens;

/// <summary>Why claims identify no user.</summary>
internal enum ClaimsProblem
{
    /// <summary>
    /// <c>EMAIL_VERIFIED_REQUIRED</c> is on, and <c>email_verified</c> is not true.
    /// </summary>
    EmailUnverified,

    /// <summary><c>USERID_TRANSFORMERS</c> produce an empty user id.</summary>
    NotAllowed,

    /// <summary>The claim is not a string, is empty, or cannot be a header value.</summary>
    ClaimInvalid,

    /// <summary>None of the claims of <c>USERID_CLAIM</c> is present.</summary>
    ClaimMissing,
}
