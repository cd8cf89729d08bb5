namespace AuthGateway.Sessions.Store;

/// <summary>One row of the store. The plain columns are only for searching and listing; none is ever read back as identity.</summary>
internal sealed record SessionRow
{
    public required SessionHash Hash { get; init; }
    public required byte[] Sealed { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public required DateTimeOffset LastUsedAt { get; init; }

    /// <summary><c>iat</c> of the login's ID token: a logout notice ends only logins that are not younger.</summary>
    public required DateTimeOffset AuthenticatedAt { get; init; }

    /// <summary>The nonce of the login's ID token: tells a browser's token from an API client's.</summary>
    public string? Nonce { get; init; }

    /// <summary>Grows with every lease and every new sealed part.</summary>
    public long Version { get; init; }
    public string? Issuer { get; init; }
    public string? Subject { get; init; }
    public string? ProviderSessionId { get; init; }

    /// <summary>For display in lists.</summary>
    public string? UserId { get; init; }
    public string? UserAgent { get; init; }
    public string? Address { get; init; }
}
