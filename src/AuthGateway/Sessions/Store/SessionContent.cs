using AuthGateway.Access;

namespace AuthGateway.Sessions.Store;

/// <summary>What a refresh may change of a session in memory; swapped as a whole.</summary>
internal sealed record SessionContent
{
    public required Identity Identity { get; init; }

    /// <summary>The provider's session (<c>sid</c>), when it told one.</summary>
    public string? ProviderSessionId { get; init; }

    /// <summary>The raw ID token; only when <c>FORWARD_ID_TOKEN</c> or <c>USERID_TOKEN_HEADER</c> hands it to applications, else null.</summary>
    public string? IdToken { get; init; }

    /// <summary>Version of the row this was read from: an older one never replaces a newer one.</summary>
    public required long Version { get; init; }

    /// <summary><c>SESSION_MAX_AGE</c>, or the end of <c>PROVIDER_OUTAGE_GRACE</c> when that comes first.</summary>
    public required DateTimeOffset EndsAt { get; init; }

    /// <summary>When the provider is to be asked next; the largest value for a session without a refresh token.</summary>
    public required DateTimeOffset RefreshDueAt { get; init; }

    /// <summary>The same while only an open connection uses the session: no ID token is handed on, so its end asks for nothing.</summary>
    public DateTimeOffset RefreshDueAtRest { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>From here on no request passes before the provider was asked (or could not be).</summary>
    public required DateTimeOffset UnconfirmedAfter { get; init; }
}
