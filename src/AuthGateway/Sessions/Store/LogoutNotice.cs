namespace AuthGateway.Sessions.Store;

/// <summary>What a validated logout token says (OIDC Back-Channel Logout 1.0 §2.4): by <c>sid</c> when there is one, else by <c>sub</c>.</summary>
internal sealed record LogoutNotice
{
    public required string Issuer { get; init; }
    public string? Subject { get; init; }
    public string? ProviderSessionId { get; init; }

    /// <summary><c>iat</c>, whole seconds: logins whose ID token is not younger end.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary><c>jti</c>: unique per issuer.</summary>
    public required string TokenId { get; init; }

    /// <summary>Until when its id and its tombstone are kept.</summary>
    public required DateTimeOffset RememberUntil { get; init; }
}

/// <summary>What a logout notice did.</summary>
/// <param name="IsReplay">Its id was seen before: nothing happened.</param>
/// <param name="Ended">The sessions that ended.</param>
internal sealed record LogoutOutcome(bool IsReplay, IReadOnlyList<SessionHash> Ended);
