namespace AuthGateway.Sessions.Store;

/// <summary>One session in a list, from plain columns: for people to look at, never an identity.</summary>
internal sealed record SessionSummary
{
    public required SessionHash Hash { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public required DateTimeOffset LastUsedAt { get; init; }
    public string? Issuer { get; init; }
    public string? Subject { get; init; }
    public string? ProviderSessionId { get; init; }
    public string? UserId { get; init; }
    public string? UserAgent { get; init; }
    public string? Address { get; init; }
}

/// <summary>What to look for; null parts match everything.</summary>
internal sealed record SessionFilter
{
    public string? Issuer { get; init; }
    public string? Subject { get; init; }
    public string? ProviderSessionId { get; init; }
    public string? UserId { get; init; }

    /// <summary>The nonce of the login's ID token.</summary>
    public string? Nonce { get; init; }
}
