namespace AuthGateway.Oidc;

/// <summary>What the token endpoint said to a refresh token (RFC 6749 §6).</summary>
internal abstract record RefreshAnswer
{
    private RefreshAnswer()
    {
    }

    /// <summary>New tokens; what is null did not come and stays as it was. Lives in seconds, 0 = not told.</summary>
    internal sealed record Tokens(string AccessToken, string? RefreshToken, string? IdToken, long ExpiresIn, long RefreshExpiresIn) : RefreshAnswer
    {
        public override string ToString() => "***";
    }

    /// <summary><c>invalid_grant</c>: the provider will never refresh this session again.</summary>
    internal sealed record Refused(string? Description) : RefreshAnswer;

    /// <summary>Anything else: it says nothing about the session.</summary>
    internal sealed record Trouble(string Reason) : RefreshAnswer;
}
