namespace AuthGateway.Configuration;

/// <summary>How long a login lasts, where it is kept and what its cookie looks like.</summary>
internal sealed record SessionOptions
{
    /// <summary><c>SESSION_STORE_TYPE</c>, default sqlite.</summary>
    public SessionStoreType StoreType { get; init; } = SessionStoreType.Sqlite;

    /// <summary><c>SESSION_STORE_PATH</c> (<c>STORE_PATH</c>), default <c>/var/lib/authservice/data.db</c>.</summary>
    public required string StorePath { get; init; }

    /// <summary>Set exactly when <see cref="StoreType"/> is Redis.</summary>
    public RedisOptions? Redis { get; init; }

    /// <summary>
    /// <c>SESSION_STORE_MAX_SILENCE</c>: how long sessions in memory count while the store cannot be asked; <c>null</c> = as long as they live. Default
    /// 15 min on Redis, none on SQLite, where nobody else ends sessions.
    /// </summary>
    public TimeSpan? MaxStoreSilence { get; init; }

    /// <summary><c>READY_WITHOUT_STORE</c>: the probe stays ready while a store that was open once is away. Default false.</summary>
    public bool ReadyWithoutStore { get; init; }

    /// <summary><c>SESSION_SECRET</c> candidates, newest first; empty = one kept beside the SQLite file, on Redis one derived from the client secret.</summary>
    public required SecretSource Secrets { get; init; }

    /// <summary><c>SESSION_MAX_AGE</c>: absolute life, default 24 h.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(1);

    /// <summary><c>SESSION_IDLE_TIMEOUT</c>: sliding; <c>null</c> = off.</summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary><c>SESSION_REFRESH_MIN_INTERVAL</c>, default 5 min.</summary>
    public TimeSpan RefreshMinInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary><c>SESSION_REFRESH_MAX_INTERVAL</c>, default 15 min.</summary>
    public TimeSpan RefreshMaxInterval { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary><c>SESSION_REFRESH_EXPIRED=keep</c>: a refresh token that ran out ends the session with the access token only. Default false.</summary>
    public bool KeepsWithoutRefreshToken { get; init; }

    /// <summary>True when applications are handed the ID token (<c>FORWARD_ID_TOKEN</c>, <c>USERID_TOKEN_HEADER</c>): live sessions keep it in memory.</summary>
    public bool KeepsIdToken { get; init; }

    /// <summary><c>SESSION_COOKIE_NAME</c>, default <c>authservice_session</c>.</summary>
    public string CookieName { get; init; } = "authservice_session";

    /// <summary><c>STRIP_COOKIES</c>: names that never go upstream, beside our own; sessions of other gateways on the host.</summary>
    public IReadOnlyList<string> StripCookies { get; init; } = [];

    /// <summary><c>SESSION_COOKIE_DOMAIN</c>; <c>null</c> = host-only.</summary>
    public string? CookieDomain { get; init; }

    public CookieSecure CookieSecure { get; init; } = CookieSecure.Auto;

    public bool CookieHttpOnly { get; init; } = true;

    /// <summary><c>SESSION_SAME_SITE</c>, default Lax. None forces Secure.</summary>
    public SameSiteMode SameSite { get; init; } = SameSiteMode.Lax;

    /// <summary><c>SESSION_COOKIE_PARTITIONED</c>: cookies of the top-level site alone (CHIPS), SameSite=None and Secure; logins work inside foreign frames. Default false.</summary>
    public bool CookiePartitioned { get; init; }
}

internal enum SessionStoreType { Sqlite, Redis }

internal enum CookieSecure { Auto, Always, Never }
