namespace AuthGateway.Oidc.Refresh;

/// <summary>The refresh token of a response.</summary>
/// <param name="Value">Null when the response contains only a new lifetime.</param>
/// <param name="ExpiresIn">Its lifetime in seconds; 0 = unknown.</param>
internal sealed record KeptRefreshToken(string? Value, long ExpiresIn)
{
    public override string ToString() => "***";
}
