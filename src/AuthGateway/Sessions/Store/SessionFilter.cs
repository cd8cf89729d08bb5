namespace AuthGateway.Sessions.Store;

/// <summary>Search conditions for sessions; null parts match everything.</summary>
internal sealed record SessionFilter
{
    public string? Issuer { get; init; }
    public string? Subject { get; init; }
    public string? ProviderSessionId { get; init; }
    public string? UserId { get; init; }

    /// <summary>The nonce of the login's ID token.</summary>
    public string? Nonce { get; init; }
}
