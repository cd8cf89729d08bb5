namespace AuthGateway.Authentication.Bearer;

/// <summary>A remote validator's result for one token.</summary>
/// <param name="Authentication">Authenticated, rejected or unavailable.</param>
/// <param name="ExpiresAt">The token's expiry where it is known. No cache keeps the result
/// longer.</param>
internal sealed record RemoteAnswer(AuthenticationResult Authentication, DateTimeOffset? ExpiresAt = null);
