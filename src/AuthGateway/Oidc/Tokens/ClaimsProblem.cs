namespace AuthGateway.Oidc.Tokens;

/// <summary>Why claims identify no user.</summary>
internal enum ClaimsProblem
{
    /// <summary><c>EMAIL_VERIFIED_REQUIRED</c> is on, and <c>email_verified</c> is not true.</summary>
    EmailUnverified,

    /// <summary><c>USERID_TRANSFORMERS</c> leave nothing of the user id.</summary>
    NotAllowed,

    /// <summary>The claim is no text, is empty, or cannot be a header value.</summary>
    ClaimInvalid,

    /// <summary>No claim of <c>USERID_CLAIM</c> is there.</summary>
    ClaimMissing,
}
