using AuthGateway.Access;
using AuthGateway.Http;
using AuthGateway.Sessions.Connections;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Sessions;

/// <summary>One live session in the memory of this process, one object each.</summary>
/// <remarks>
/// The identity comes from the sealed payload alone. No token is held unless applications get it.
/// The session key is held only while the session is in use: an open connection needs it for
/// refreshes.
/// </remarks>
internal sealed class Session
{
    // Sessions are checked once a second: the key is kept for this many checks after the last use.
    private const int KeyPatience = 10;
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(5);
    private readonly Lock _gate = new();
    private long _lastUsedTicks;
    private long _storedUseTicks;
    private long _retryAtTicks;
    private long _checkedAtTicks;
    private int _failures;
    private int _keyAge;
    private volatile SessionId? _key;
    private volatile SessionContent _content = null!;
    private AccessDecision.Allow? _allowedByCookie;
    private AccessDecision.Allow? _allowedByHeader;

    public required SessionHash Hash { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Absolute end (<c>SESSION_MAX_AGE</c>); never extended.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary><c>iat</c> of the login's ID token.</summary>
    public DateTimeOffset AuthenticatedAt { get; init; }

    public required DateTimeOffset LastUsedAt
    {
        get => new(Interlocked.Read(ref _lastUsedTicks), TimeSpan.Zero);
        init => _lastUsedTicks = _storedUseTicks = value.UtcTicks;
    }

    /// <summary>The last use that the store is known to have.</summary>
    public DateTimeOffset StoredUseAt
    {
        get => new(Interlocked.Read(ref _storedUseTicks), TimeSpan.Zero);
        set => Interlocked.Exchange(ref _storedUseTicks, value.UtcTicks);
    }

    public required SessionContent Content
    {
        get => _content;
        init => _content = value;
    }

    public Identity Identity => _content.Identity;

    /// <summary>The provider's session id (<c>sid</c>), if any.</summary>
    public string? ProviderSessionId => _content.ProviderSessionId;

    /// <summary>The connections and requests that are being forwarded for this session.</summary>
    public SessionConnections Exchanges { get; } = new();

    /// <summary>The session id while the session is in use; else null.</summary>
    public SessionId? Key => _key;

    /// <summary>
    /// When a request last asked the provider (<c>STRICT_SESSION_VALIDATION</c>).
    /// </summary>
    public DateTimeOffset CheckedAt
    {
        get => new(Interlocked.Read(ref _checkedAtTicks), TimeSpan.Zero);
        set => Interlocked.Exchange(ref _checkedAtTicks, value.UtcTicks);
    }

    /// <summary>True while the last use has not been written to the store.</summary>
    public bool HasUnwrittenUse { get; set; }

    /// <summary>
    /// True when another process changed the row: it is read again before the next use.
    /// </summary>
    public bool IsStale { get; set; }

    /// <summary>
    /// Who asked for the refresh lease and has no answer yet; else null. The store may have given
    /// it, so the next attempt asks in the same name.
    /// </summary>
    public string? LeaseAskedBy { get; set; }

    /// <summary>
    /// True once a request has used the session, so the browser keeps its cookie.
    /// </summary>
    public bool WasUsed { get; private set; }

    /// <summary>True when the last use found a refresh due. Cleared by the refresh.</summary>
    public bool WantsRefresh { get; private set; }

    /// <summary>True after the session ended; requests that still hold the object see it.</summary>
    public bool HasEnded => Exchanges.HasEnded;

    /// <summary>
    /// The decision for a request that nothing refuses; created once per identity.
    /// </summary>
    public AccessDecision.Allow Allowed(AuthenticationMethod method)
    {
        ref var known = ref method == AuthenticationMethod.Cookie ? ref _allowedByCookie : ref _allowedByHeader;
        var content = _content;
        return known is { } made
            && ReferenceEquals(made.Identity, content.Identity)
            && ReferenceEquals(made.IdToken, content.IdToken)
            ? made
            : known = new SessionAllow(this, content.Identity, method) { IdToken = content.IdToken };
    }

    /// <summary>Records a use, to be written to the store later.</summary>
    public void Touch(DateTimeOffset now)
    {
        Interlocked.Exchange(ref _lastUsedTicks, now.UtcTicks);
        HasUnwrittenUse = true;
    }

    /// <summary>Takes over a later use that the store has.</summary>
    public void UpdateLastUsed(DateTimeOffset at)
    {
        StoredUseAt = at;
        if (at > LastUsedAt)
        {
            Interlocked.Exchange(ref _lastUsedTicks, at.UtcTicks);
        }
    }

    /// <summary>Keeps the session id; <paramref name="value"/> is the cookie's value.</summary>
    public void Hold(ReadOnlySpan<char> value)
    {
        if (_keyAge != 0)
        {
            _keyAge = 0;
        }

        if (_key is null && SessionId.TryParse(value, out var id))
        {
            _key = id;
        }
    }

    /// <summary>
    /// Counts one check of a session without an open connection. After ten in a row the session id
    /// leaves the memory.
    /// </summary>
    public void AgeKey()
    {
        if (_key is not null && ++_keyAge >= KeyPatience)
        {
            _key = null;
        }
    }

    /// <summary>True when a refresh is due for a session that requests use.</summary>
    public bool IsRefreshDue(DateTimeOffset now) => now >= _content.RefreshDueAt && MayTryRefresh(now);

    /// <summary>The same for a session that only an open connection uses.</summary>
    public bool IsRefreshDueAtRest(DateTimeOffset now) => now >= _content.RefreshDueAtRest && MayTryRefresh(now);

    /// <summary>False while the pause after a failed refresh lasts.</summary>
    public bool MayTryRefresh(DateTimeOffset now) => now.UtcTicks >= Interlocked.Read(ref _retryAtTicks);

    /// <summary>Notes whether a refresh is due. Called by each use.</summary>
    public void NoteRefreshDue(DateTimeOffset now)
    {
        if (!WasUsed)
        {
            WasUsed = true;
        }

        if (!WantsRefresh && IsRefreshDue(now))
        {
            WantsRefresh = true;
        }
    }

    /// <summary>Replaces older content by newer.</summary>
    /// <returns>The content in force now.</returns>
    public SessionContent Take(SessionContent content)
    {
        lock (_gate)
        {
            if (content.Version > _content.Version)
            {
                _content = content;
                WantsRefresh = false;
            }

            return _content;
        }
    }

    /// <summary>Clears the failures and the pause after a successful refresh.</summary>
    public void RefreshSucceeded()
    {
        _failures = 0;
        Interlocked.Exchange(ref _retryAtTicks, 0);
        WantsRefresh = false;
    }

    /// <summary>
    /// Delays the next attempt: 10 s, doubled each time, at most 5 min, and not beyond
    /// <paramref name="atLatest"/> if that is in the future.
    /// </summary>
    public void RefreshFailed(DateTimeOffset now, DateTimeOffset atLatest = default)
    {
        var wait = TimeSpan.FromTicks(Math.Min(LongestRetry.Ticks, FirstRetry.Ticks << Math.Min(_failures++, 8)));
        RetryRefreshAt(atLatest > now && atLatest < now + wait ? atLatest : now + wait);
    }

    /// <summary>Delays the next attempt until a given time.</summary>
    public void RetryRefreshAt(DateTimeOffset at)
    {
        Interlocked.Exchange(ref _retryAtTicks, at.UtcTicks);
        WantsRefresh = false;
    }

    /// <summary>
    /// True when a logout token ends this session. The same rule as in the store: when the token
    /// has both <c>sid</c> and <c>sub</c>, both must match.
    /// </summary>
    public bool IsCoveredBy(LogoutNotice notice) => AuthenticatedAt <= notice.IssuedAt
        && (notice.ProviderSessionId is null || ProviderSessionId == notice.ProviderSessionId)
        && (notice.Subject is null || Identity.Subject == notice.Subject);
}
