namespace AuthGateway.Quickstart.Provider;

/// <summary>How a <see cref="DevProvider"/> is to be.</summary>
internal sealed record DevProviderOptions
{
    /// <summary>Port on 127.0.0.1; 0 picks a free one. Default 0.</summary>
    public int Port { get; init; }

    public IReadOnlyList<DevClient> Clients { get; init; } = [];
    public IReadOnlyList<DevUser> Users { get; init; } = DevUser.Defaults;

    public TimeSpan AuthorizationCodeLifetime { get; init; } = TimeSpan.FromMinutes(1);
    public TimeSpan AccessTokenLifetime { get; init; } = TimeSpan.FromMinutes(5);
    public TimeSpan IdTokenLifetime { get; init; } = TimeSpan.FromMinutes(5);
    public TimeSpan RefreshTokenLifetime { get; init; } = TimeSpan.FromHours(12);
}
