namespace AuthGateway.Quickstart.Provider;

/// <summary>A Relying Party that the development provider knows.</summary>
internal sealed record DevClient
{
    public required string Id { get; init; }

    /// <summary><c>null</c> = a public client; PKCE is demanded of everybody.</summary>
    public string? Secret { get; init; }

    public IReadOnlyList<string> RedirectUris { get; init; } = [];
    public IReadOnlyList<string> PostLogoutRedirectUris { get; init; } = [];

    /// <summary>Where logout tokens are posted (OIDC Back-Channel Logout 1.0 §2.2); <c>null</c> = nowhere.</summary>
    public Uri? BackchannelLogoutUri { get; init; }
}
