namespace AuthGateway.Sessions.Store;

/// <summary>
/// A validated logout token (OIDC Back-Channel Logout 1.0 §2.4). It ends sessions by <c>sid</c> if
/// present, else by <c>sub</c>.
/// </summary>
internal sealed record LogoutNotice
{
    public required string Issuer { get; init; }
    public string? Subject { get; init; }
    public string? ProviderSessionId { get; init; }

    /// <summary>
    /// <c>iat</c> in whole seconds. Logins whose ID token was issued later are not ended.
    /// </summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary><c>jti</c>: unique per issuer.</summary>
    public required string TokenId { get; init; }

    /// <summary>How long the notice's id and its tombstone are kept.</summary>
    public required DateTimeOffset RememberUntil { get; init; }
}
