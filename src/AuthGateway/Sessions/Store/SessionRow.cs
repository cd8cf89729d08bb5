namespace AuthGateway.Sessions.Store;

/// <summary>
/// One row of the store. The plain columns are for searches and lists only; none is used as an
/// identity.
/// </summary>
internal sealed record SessionRow
{
    public required SessionHash Hash { get; init; }
    public required byte[] Sealed { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public required DateTimeOffset LastUsedAt { get; init; }

    /// <summary>
    /// <c>iat</c> of the login's ID token. A logout notice does not end logins that were issued
    /// later.
    /// </summary>
    public required DateTimeOffset AuthenticatedAt { get; init; }

    /// <summary>
    /// The nonce of the login's ID token. It distinguishes a browser's token from an API client's.
    /// </summary>
    public string? Nonce { get; init; }

    /// <summary>Incremented by every lease and every new sealed part.</summary>
    public long Version { get; init; }
    public string? Issuer { get; init; }
    public string? Subject { get; init; }
    public string? ProviderSessionId { get; init; }

    /// <summary>For display in lists.</summary>
    public string? UserId { get; init; }
    public string? UserAgent { get; init; }
    public string? Address { get; init; }
}
