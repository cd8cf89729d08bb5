using AuthGateway.Access;

namespace AuthGateway.Oidc.Refresh;

/// <summary>
/// What was made of a refresh answer. Only <see cref="ValidatedTokens"/> are ever stored and used; of an answer that was refused there is nothing but its
/// refresh token, because the provider may take no other any more.
/// </summary>
internal abstract record RefreshReading
{
    private RefreshReading()
    {
    }

    /// <summary>Why, in a sentence for the log, with what was expected and seen; null where the reason says all.</summary>
    public string? Sentence { get; init; }

    /// <summary>The same person, with the claims of now.</summary>
    internal sealed record Renewed(ValidatedTokens Tokens, Identity Identity) : RefreshReading;

    /// <summary>The tokens are this session's; the claims could not be read and stay as they were. The session is unconfirmed.</summary>
    internal sealed record Unread(ValidatedTokens Tokens, string Reason) : RefreshReading;

    /// <summary>The answer was refused. The session is unconfirmed and keeps all it had except for the refresh token.</summary>
    internal sealed record Unusable(KeptRefreshToken? RefreshToken, string Reason) : RefreshReading;

    /// <summary>It cannot be known: nothing is used but the refresh token, if one came. The session is unconfirmed.</summary>
    internal sealed record Unknown(KeptRefreshToken? RefreshToken, string Reason) : RefreshReading;

    /// <summary>Somebody else, or claims that a login would refuse, or a withdrawn access token: the session ends, what came is given back.</summary>
    internal sealed record Ends(string Reason, KeptRefreshToken? RefreshToken = null) : RefreshReading;
}

/// <summary>Tokens of an answer that was validated as a whole.</summary>
/// <param name="AccessToken">The new one.</param>
/// <param name="IdToken">The new one; null when none came.</param>
/// <param name="ExpiresIn">Life of the access token in seconds, 0 = not told.</param>
/// <param name="RefreshToken">The new one; null when none came and the old one stays.</param>
internal sealed record ValidatedTokens(string AccessToken, string? IdToken, long ExpiresIn, KeptRefreshToken? RefreshToken)
{
    public override string ToString() => "***";
}

/// <summary>A refresh token of an answer.</summary>
/// <param name="Value">Null when only a new life was told.</param>
/// <param name="ExpiresIn">Its life in seconds, 0 = not told.</param>
internal sealed record KeptRefreshToken(string? Value, long ExpiresIn)
{
    public override string ToString() => "***";
}
