namespace AuthGateway.Oidc.Refresh;

/// <summary>
/// The response of the token endpoint to a refresh token (RFC 6749 §6), not yet validated.
/// </summary>
internal abstract record RefreshResponse
{
    private RefreshResponse()
    {
    }

    /// <summary>
    /// New tokens. A null token was not sent and stays unchanged. Lifetimes in seconds; 0 =
    /// unknown.
    /// </summary>
    internal sealed record Tokens(
        string AccessToken, string? RefreshToken, string? IdToken, long ExpiresIn, long RefreshExpiresIn)
        : RefreshResponse
    {
        public override string ToString() => "***";
    }

    /// <summary>
    /// <c>invalid_grant</c>: the provider will never accept this refresh token again.
    /// </summary>
    internal sealed record Refused(string? Description) : RefreshResponse;

    /// <summary>
    /// A success status with a new refresh token, but otherwise unusable. Only that token is kept:
    /// the provider may accept no other any more.
    /// </summary>
    internal sealed record Unusable(KeptRefreshToken RefreshToken, string Reason, string? Sentence) : RefreshResponse;

    /// <summary>Any other error, or no response. It does not end the session by itself.</summary>
    /// <param name="Reason">The error as a code.</param>
    /// <param name="IsFinal">
    /// True when the provider refused this refresh token with an OAuth error; a retry is useless.
    /// </param>
    /// <param name="MayBeSpent">
    /// True when the request may have arrived and its response was lost: the provider may have
    /// consumed the token.
    /// </param>
    internal sealed record Error(string Reason, bool IsFinal = false, bool MayBeSpent = false) : RefreshResponse;
}
