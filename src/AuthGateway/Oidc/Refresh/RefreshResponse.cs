namespace AuthGateway.Oidc.Refresh;

/// <summary>What the token endpoint said to a refresh token (RFC 6749 §6), before anything of it was validated.</summary>
internal abstract record RefreshResponse
{
    private RefreshResponse()
    {
    }

    /// <summary>New tokens; what is null did not come and stays as it was. Lives in seconds, 0 = not told.</summary>
    internal sealed record Tokens(string AccessToken, string? RefreshToken, string? IdToken, long ExpiresIn, long RefreshExpiresIn) : RefreshResponse
    {
        public override string ToString() => "***";
    }

    /// <summary><c>invalid_grant</c>: the provider will never take this refresh token again.</summary>
    internal sealed record Refused(string? Description) : RefreshResponse;

    /// <summary>Anything else, no answer included: it does not end the session by itself.</summary>
    /// <param name="Reason">What went wrong, as a code.</param>
    /// <param name="IsFinal">The provider has refused this refresh token in the protocol's words; asking again brings nothing.</param>
    /// <param name="MayBeSpent">The request may have arrived and its answer is lost: the provider may have used up the token.</param>
    internal sealed record Trouble(string Reason, bool IsFinal = false, bool MayBeSpent = false) : RefreshResponse;
}
