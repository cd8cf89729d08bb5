namespace AuthGateway.Sessions;

/// <summary>What a finished login hands over.</summary>
internal sealed record NewSession(SessionPayload Payload, string Issuer, string? UserAgent, string? Address)
{
    /// <summary><c>iat</c> of the ID token.</summary>
    public required DateTimeOffset AuthenticatedAt { get; init; }

    /// <summary>The nonce of the ID token.</summary>
    public string? Nonce { get; init; }
}
