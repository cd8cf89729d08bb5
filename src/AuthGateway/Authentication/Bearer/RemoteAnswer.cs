namespace AuthGateway.Authentication.Bearer;

/// <summary>What somebody else said of a token.</summary>
/// <param name="Verdict">Good, bad, or not to be known now.</param>
/// <param name="ExpiresAt">The token's own end, when it was told; no cache keeps it longer.</param>
internal sealed record RemoteAnswer(AuthenticationResult Verdict, DateTimeOffset? ExpiresAt = null);
