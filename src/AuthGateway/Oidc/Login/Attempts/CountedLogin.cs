namespace AuthGateway.Oidc.Login.Attempts;

/// <summary>One login in the counter cookie.</summary>
/// <param name="At">When it was completed.</param>
/// <param name="Session">The first 32 bits of the session's hash.</param>
internal readonly record struct CountedLogin(DateTimeOffset At, uint Session);
