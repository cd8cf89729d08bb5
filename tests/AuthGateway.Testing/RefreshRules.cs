using AuthGateway.Sessions;

namespace AuthGateway.Testing;

/// <summary>How <see cref="FakeProvider"/> deals with refresh tokens.</summary>
internal sealed record RefreshRules
{
    /// <summary>Each refresh token works once; a second use kills the whole login there (reuse detection with zero tolerance).</summary>
    public bool SingleUse { get; init; }

    /// <summary>With <see cref="SingleUse"/>: how often a used token may be shown again (Keycloak's <c>refreshTokenMaxReuse</c>).</summary>
    public int MaxReuse { get; init; }

    /// <summary><c>expires_in</c> of access tokens.</summary>
    public int AccessSeconds { get; init; } = 3600;

    /// <summary><c>refresh_expires_in</c>; null = not told.</summary>
    public int? RefreshSeconds { get; init; }

    /// <summary>Life of a refresh token that is not told; null = endless.</summary>
    public int? HiddenRefreshSeconds { get; init; }

    /// <summary>Life of an ID token.</summary>
    public int IdTokenSeconds { get; init; } = 3600;

    /// <summary>False: logins bring no refresh token, like Dex's without <c>offline_access</c>.</summary>
    public bool IsOffered { get; init; } = true;

    /// <summary>Whether a refresh brings an ID token.</summary>
    public bool SendsIdToken { get; init; } = true;
}

/// <summary>All refresh tokens of one login at the provider.</summary>
internal sealed class RefreshFamily(ProviderUser user)
{
    private int _isDead;
    private int _refreshes;

    public ProviderUser User { get; } = user;

    public string SessionId { get; } = "sid-" + Guid.NewGuid().ToString("n");

    /// <summary>Refreshes of this login that brought tokens, whether they arrived or not.</summary>
    public int Refreshes => Volatile.Read(ref _refreshes);

    public bool IsDead => Volatile.Read(ref _isDead) != 0;

    public void CountRefresh() => Interlocked.Increment(ref _refreshes);

    public void Kill() => Volatile.Write(ref _isDead, 1);
}
