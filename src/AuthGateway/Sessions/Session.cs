using AuthGateway.Access;
using AuthGateway.Http;
using AuthGateway.Sessions.Connections;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Sessions;

/// <summary>
/// One live login as the hot path needs it, one object per process: no token unless applications get it. Identity comes from the sealed payload alone. Its key is here only while
/// it is in use: a connection that stays open drives the refresh with it.
/// </summary>
internal sealed class Session
{
    // Looked at once a second: a key outlives the last use by this many looks.
    private const int KeyPatience = 10;
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(5);
    private readonly Lock _gate = new();
    private long _lastUsedTicks;
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

    /// <summary>Absolute end (<c>SESSION_MAX_AGE</c>); nothing prolongs it.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary><c>iat</c> of the login's ID token.</summary>
    public DateTimeOffset AuthenticatedAt { get; init; }

    public required DateTimeOffset LastUsedAt
    {
        get => new(Interlocked.Read(ref _lastUsedTicks), TimeSpan.Zero);
        init => _lastUsedTicks = value.UtcTicks;
    }

    public required SessionContent Content
    {
        get => _content;
        init => _content = value;
    }

    public Identity Identity => _content.Identity;

    /// <summary>The provider's session (<c>sid</c>), when it told one.</summary>
    public string? ProviderSessionId => _content.ProviderSessionId;

    /// <summary>What is being forwarded for it right now.</summary>
    public SessionConnections Exchanges { get; } = new();

    /// <summary>The cookie's bits while the session is in use; else null.</summary>
    public SessionId? Key => _key;

    /// <summary>When the provider was last asked on behalf of a request (<c>STRICT_SESSION_VALIDATION</c>).</summary>
    public DateTimeOffset CheckedAt
    {
        get => new(Interlocked.Read(ref _checkedAtTicks), TimeSpan.Zero);
        set => Interlocked.Exchange(ref _checkedAtTicks, value.UtcTicks);
    }

    /// <summary>True while the last use has not been written to the store.</summary>
    public bool HasUnwrittenUse { get; set; }

    /// <summary>The row changed elsewhere: it is read again before the next use.</summary>
    public bool IsStale { get; set; }

    /// <summary>True once a request has used it: the browser keeps the cookie.</summary>
    public bool WasUsed { get; private set; }

    /// <summary>Seen to be due by the last use; cleared by whoever refreshes.</summary>
    public bool WantsRefresh { get; private set; }

    /// <summary>Set once, when the session ended; a request that still holds the object sees it.</summary>
    public bool HasEnded => Exchanges.HasEnded;

    /// <summary>False when the object was dropped from memory, which ends nothing: the session has, or will have, another.</summary>
    public bool IsInMemory => !Exchanges.IsRetired;

    /// <summary>The pipeline's answer when nothing refuses, made once per identity.</summary>
    public AccessDecision.Allow Allowed(AuthenticationMethod method)
    {
        ref var known = ref method == AuthenticationMethod.Cookie ? ref _allowedByCookie : ref _allowedByHeader;
        var content = _content;
        return known is { } made && ReferenceEquals(made.Identity, content.Identity) && ReferenceEquals(made.IdToken, content.IdToken)
            ? made
            : known = new SessionAllow(this, content.Identity, method) { IdToken = content.IdToken };
    }

    public void Touch(DateTimeOffset now)
    {
        Interlocked.Exchange(ref _lastUsedTicks, now.UtcTicks);
        HasUnwrittenUse = true;
    }

    /// <summary>A later use that the store knows of counts here too.</summary>
    public void SawUse(DateTimeOffset at)
    {
        if (at > LastUsedAt)
        {
            Interlocked.Exchange(ref _lastUsedTicks, at.UtcTicks);
        }
    }

    /// <summary>Keeps the key of a session in use; <paramref name="value"/> is the cookie it was found by.</summary>
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

    /// <summary>One look at a session without an open exchange: after ten in a row its key leaves the memory.</summary>
    public void LetKeyAge()
    {
        if (_key is not null && ++_keyAge >= KeyPatience)
        {
            _key = null;
        }
    }

    public bool IsRefreshDue(DateTimeOffset now) => now >= _content.RefreshDueAt && MayTryRefresh(now);

    /// <summary>The same for a session that only an open connection uses.</summary>
    public bool IsRefreshDueAtRest(DateTimeOffset now) => now >= _content.RefreshDueAtRest && MayTryRefresh(now);

    /// <summary>False while a failed attempt keeps the next one waiting.</summary>
    public bool MayTryRefresh(DateTimeOffset now) => now.UtcTicks >= Interlocked.Read(ref _retryAtTicks);

    /// <summary>Part of each use.</summary>
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

    /// <summary>Newer content replaces older; the result is what holds now.</summary>
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

    public void RefreshSucceeded()
    {
        _failures = 0;
        Interlocked.Exchange(ref _retryAtTicks, 0);
        WantsRefresh = false;
    }

    /// <summary>The next attempt waits: 10 s, doubled each time, at most 5 min, and not beyond <paramref name="atLatest"/> while that is to come.</summary>
    public void RefreshFailed(DateTimeOffset now, DateTimeOffset atLatest = default)
    {
        var wait = TimeSpan.FromTicks(Math.Min(LongestRetry.Ticks, FirstRetry.Ticks << Math.Min(_failures++, 8)));
        RetryRefreshAt(atLatest > now && atLatest < now + wait ? atLatest : now + wait);
    }

    public void RetryRefreshAt(DateTimeOffset at)
    {
        Interlocked.Exchange(ref _retryAtTicks, at.UtcTicks);
        WantsRefresh = false;
    }

    /// <summary>Whether a logout token ends this session: the store's rule, for a session in memory. Of two names both must match.</summary>
    public bool IsCoveredBy(LogoutNotice notice) => AuthenticatedAt <= notice.IssuedAt
        && (notice.ProviderSessionId is null || ProviderSessionId == notice.ProviderSessionId)
        && (notice.Subject is null || Identity.Subject == notice.Subject);
}
