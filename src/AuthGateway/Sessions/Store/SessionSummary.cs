namespace AuthGateway.Sessions.Store;

/// <summary>
/// One session in a list, from plain columns. For display, never used as an identity.
/// </summary>
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
