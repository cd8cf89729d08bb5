using AuthGateway.Configuration.Choices;

namespace AuthGateway.Configuration;

/// <summary>Lifetime, storage and cookie of sessions.</summary>
internal sealed record SessionOptions
{
    private static readonly TimeSpan LongestUseInterval = TimeSpan.FromMinutes(1);

    /// <summary><c>SESSION_STORE_TYPE</c>, default sqlite.</summary>
    public SessionStoreType StoreType { get; init; } = SessionStoreType.Sqlite;

    /// <summary>
    /// <c>SESSION_STORE_PATH</c> (<c>STORE_PATH</c>), default <c>/var/lib/authservice/data.db</c>.
    /// </summary>
    public required string StorePath { get; init; }

    /// <summary>Set exactly when <see cref="StoreType"/> is Redis.</summary>
    public RedisOptions? Redis { get; init; }

    /// <summary>
    /// <c>SESSION_STORE_MAX_SILENCE</c>: how long cached sessions stay valid while the store does
    /// not answer; <c>null</c> = for their lifetime. Default 15 min on Redis, none on SQLite, where
    /// no other gateway ends sessions.
    /// </summary>
    public TimeSpan? MaxStoreSilence { get; init; }

    /// <summary>
    /// <c>READY_WITHOUT_STORE</c>: the readiness probe stays 200 while a store that was open before
    /// does not answer. Default false.
    /// </summary>
    public bool ReadyWithoutStore { get; init; }

    /// <summary>
    /// <c>SESSION_SECRET</c> candidates, newest first; empty = a generated one beside the SQLite
    /// file, on Redis one derived from the client secret.
    /// </summary>
    public required SecretSource Secrets { get; init; }

    /// <summary><c>SESSION_MAX_AGE</c>: absolute lifetime, default 24 h.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(1);

    /// <summary><c>SESSION_IDLE_TIMEOUT</c>: sliding lifetime; <c>null</c> = off.</summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>
    /// How often last uses are written to the store: min(<c>SESSION_IDLE_TIMEOUT</c> / 10, 60 s).
    /// </summary>
    public TimeSpan UseInterval =>
        IdleTimeout is { } idle && idle / 10 < LongestUseInterval ? idle / 10 : LongestUseInterval;

    /// <summary>
    /// <c>SESSION_REFRESH_MIN_INTERVAL</c>: shortest time between two token refreshes, default 5
    /// min.
    /// </summary>
    public TimeSpan RefreshMinInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// <c>SESSION_REFRESH_MAX_INTERVAL</c>: longest time between two token refreshes, default 15
    /// min.
    /// </summary>
    public TimeSpan RefreshMaxInterval { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// <c>SESSION_REFRESH_EXPIRED=keep</c>: a session whose refresh token expired lasts until its
    /// access token expires. Default false.
    /// </summary>
    public bool KeepsWithoutRefreshToken { get; init; }

    /// <summary>
    /// True when applications receive the ID token (<c>FORWARD_ID_TOKEN</c>,
    /// <c>USERID_TOKEN_HEADER</c>): live sessions keep it in memory.
    /// </summary>
    public bool KeepsIdToken { get; init; }

    /// <summary><c>SESSION_COOKIE_NAME</c>, default <c>authservice_session</c>.</summary>
    public string CookieName { get; init; } = "authservice_session";

    /// <summary>
    /// <c>STRIP_COOKIES</c>: names of cookies that are never forwarded, in addition to the
    /// gateway's own: session cookies of other gateways on the host.
    /// </summary>
    public IReadOnlyList<string> StripCookies { get; init; } = [];

    /// <summary><c>SESSION_COOKIE_DOMAIN</c>; <c>null</c> = host-only.</summary>
    public string? CookieDomain { get; init; }

    public CookieSecure CookieSecure { get; init; } = CookieSecure.Auto;

    public bool CookieHttpOnly { get; init; } = true;

    /// <summary><c>SESSION_SAME_SITE</c>, default Lax. None forces Secure.</summary>
    public SameSiteMode SameSite { get; init; } = SameSiteMode.Lax;

    /// <summary>
    /// <c>SESSION_COOKIE_PARTITIONED</c>: Partitioned attribute (CHIPS) with SameSite=None and
    /// Secure, so that logins work in cross-site frames. Default false.
    /// </summary>
    public bool CookiePartitioned { get; init; }
}
