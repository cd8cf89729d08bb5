using AuthGateway.Access;

namespace AuthGateway.Oidc.Refresh;

/// <summary>The result of validating a refresh response.</summary>
/// <remarks>
/// Only <see cref="ValidatedTokens"/> are stored and used. Of a refused response only the refresh
/// token is kept, because the provider may accept no other any more.
/// </remarks>
internal abstract record RefreshReading
{
    private RefreshReading()
    {
    }

    /// <summary>
    /// The reason as a sentence for the log with the expected and the actual value; null when the
    /// code is sufficient.
    /// </summary>
    public string? Sentence { get; init; }

    /// <summary>The same user with current claims.</summary>
    internal sealed record Renewed(ValidatedTokens Tokens, Identity Identity) : RefreshReading;

    /// <summary>
    /// The tokens belong to this session, but the claims could not be read and stay unchanged. The
    /// session is unconfirmed.
    /// </summary>
    internal sealed record Unread(ValidatedTokens Tokens, string Reason) : RefreshReading;

    /// <summary>
    /// The response was refused. The session is unconfirmed and keeps everything except the refresh
    /// token.
    /// </summary>
    internal sealed record Unusable(KeptRefreshToken? RefreshToken, string Reason) : RefreshReading;

    /// <summary>
    /// The validity cannot be determined: only the refresh token is used, if there is one. The
    /// session is unconfirmed.
    /// </summary>
    internal sealed record Unknown(KeptRefreshToken? RefreshToken, string Reason) : RefreshReading;

    /// <summary>
    /// Another user, claims that a login would refuse, or a revoked access token: the session ends
    /// and the new tokens are revoked.
    /// </summary>
    internal sealed record Ends(string Reason, KeptRefreshToken? RefreshToken = null) : RefreshReading;
}
