using AuthGateway.Access;

namespace AuthGateway.Sessions.Store;

/// <summary>
/// The part of a session in memory that a refresh may change; replaced as a whole.
/// </summary>
internal sealed record SessionContent
{
    public required Identity Identity { get; init; }

    /// <summary>The provider's session id (<c>sid</c>), if any.</summary>
    public string? ProviderSessionId { get; init; }

    /// <summary>
    /// The raw ID token; null unless <c>FORWARD_ID_TOKEN</c> or <c>USERID_TOKEN_HEADER</c> forwards
    /// it to applications.
    /// </summary>
    public string? IdToken { get; init; }

    /// <summary>
    /// Version of the row it was read from. An older version never replaces a newer one.
    /// </summary>
    public required long Version { get; init; }

    /// <summary>
    /// The session's maximum age, or the end of <c>PROVIDER_OUTAGE_GRACE</c> when that comes first.
    /// </summary>
    public required DateTimeOffset EndsAt { get; init; }

    /// <summary>
    /// When the provider is asked next; the largest value for a session without a refresh token.
    /// </summary>
    public required DateTimeOffset RefreshDueAt { get; init; }

    /// <summary>
    /// The same while only an open connection uses the session. The ID token is not forwarded then,
    /// so its expiry requires no refresh.
    /// </summary>
    public DateTimeOffset RefreshDueAtRest { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>
    /// After this time no request passes before the provider was asked, or failed to answer.
    /// </summary>
    public required DateTimeOffset UnconfirmedAfter { get; init; }
}
