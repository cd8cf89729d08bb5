using AuthGateway.Configuration;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Sessions;

/// <summary>
/// Computes when a session is refreshed, when it needs confirmation and when it ends.
/// </summary>
/// <remarks>
/// A session in use is refreshed before the access token expires, not more often than
/// <c>SESSION_REFRESH_MIN_INTERVAL</c> and at least every <c>SESSION_REFRESH_MAX_INTERVAL</c>. A
/// refresh token is used by half of its lifetime where that is known. Where it is unknown and the
/// access token would outlive the longest interval, half of that interval or the learned interval
/// applies. Where applications get the ID token (<c>FORWARD_ID_TOKEN</c>,
/// <c>USERID_TOKEN_HEADER</c>), the session is also refreshed before the ID token expires, even
/// within the shortest interval, as long as refreshes return new ID tokens; at most every 30 s.
/// </remarks>
internal sealed class RefreshSchedule(GatewayOptions options, LearnedInterval learned)
{
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestLead = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(10);

    /// <summary>The lifetime of refresh tokens as this process has seen it.</summary>
    public LearnedInterval Learned => learned;

    /// <summary>
    /// Shortest time between two refreshes for the ID token: 30 s. An ID token with a shorter
    /// lifetime expires in between.
    /// </summary>
    public static readonly TimeSpan ShortestForIdToken = TimeSpan.FromSeconds(30);

    // Strict validation sends the access token to the provider, so it must not be expired.
    private TimeSpan MinInterval =>
        options.Provider.StrictSessionValidation ? TimeSpan.Zero : options.Session.RefreshMinInterval;

    private TimeSpan MinForIdToken =>
        options.Session.RefreshMinInterval < ShortestForIdToken
            ? options.Session.RefreshMinInterval
            : ShortestForIdToken;

    private TimeSpan MaxInterval => options.Session.RefreshMaxInterval;

    /// <summary>When a session that requests use is refreshed next.</summary>
    public DateTimeOffset DueAt(SessionPayload payload)
    {
        var due = TokensDueAt(payload);
        if (due < DateTimeOffset.MaxValue
            && options.Session.KeepsIdToken
            && payload is { IdTokenExpiresAtSeconds: > 0, IsIdTokenFinal: false })
        {
            due = Earlier(
                due, Later(AheadOf(Since(payload), payload.IdTokenExpiresAtSeconds), Since(payload) + MinForIdToken));
        }

        return Later(due, At(payload.RetryAtSeconds));
    }

    /// <summary>
    /// When a session that only an open connection uses is refreshed next: its ID token is not
    /// forwarded.
    /// </summary>
    public DateTimeOffset DueAtRest(SessionPayload payload) => Later(TokensDueAt(payload), At(payload.RetryAtSeconds));

    /// <summary>When the claims become too old to be used without asking the provider.</summary>
    /// <remarks>
    /// That is the longest interval after the last refresh, plus 5 s; or the reported expiry of the
    /// refresh token; or the expiry of a forwarded ID token, whichever comes first.
    /// </remarks>
    public DateTimeOffset UnconfirmedAfter(SessionPayload payload)
    {
        if (!CanBeAsked(payload))
        {
            return DateTimeOffset.MaxValue;
        }

        var end = Since(payload) + MaxInterval + Slack;
        if (payload.RefreshTokenExpiresAtSeconds > 0)
        {
            end = Earlier(end, At(payload.RefreshTokenExpiresAtSeconds));
        }

        return options.Session.KeepsIdToken && payload.IdTokenExpiresAtSeconds > 0
            ? Earlier(end, Later(At(payload.IdTokenExpiresAtSeconds), Since(payload) + MinForIdToken))
            : end;
    }

    /// <summary>
    /// When the session ends: at its maximum age, or when the grace period after the first failed
    /// refresh is over.
    /// </summary>
    /// <remarks>
    /// It ends with the access token when there is no refresh token and either strict validation is
    /// on or the refresh token expired. It ends with a forwarded ID token when no new one can be
    /// obtained.
    /// </remarks>
    public DateTimeOffset EndsAt(SessionPayload payload)
    {
        var end = At(payload.ExpiresAtSeconds);
        if (payload is { RefreshToken: null, AccessTokenExpiresAtSeconds: > 0 }
            && (options.Provider.StrictSessionValidation || payload.IsKeptByAccessToken))
        {
            end = Earlier(end, At(payload.AccessTokenExpiresAtSeconds));
        }

        if (options.Session.KeepsIdToken
            && payload.IdTokenExpiresAtSeconds > 0
            && (payload.RefreshToken is null || payload.IsIdTokenFinal))
        {
            end = Earlier(end, At(payload.IdTokenExpiresAtSeconds));
        }

        return payload.FailingSinceSeconds > 0 && options.Provider.OutageGrace is { } grace
            ? Earlier(end, At(payload.FailingSinceSeconds) + grace)
            : end;
    }

    /// <summary>
    /// True when waiting longer cannot save the session, neither for a lease holder that does not
    /// answer nor for a lost token response.
    /// </summary>
    /// <remarks>
    /// The refresh token is about to expire, the session is about to end, strict validation has no
    /// valid access token, or a forwarded ID token has expired.
    /// </remarks>
    public bool IsWaitUseless(SessionPayload payload, DateTimeOffset now) =>
        (options.Provider.StrictSessionValidation && IsOver(payload.AccessTokenExpiresAtSeconds, now))
        || (payload.RefreshTokenExpiresAtSeconds > 0
            && now >= AheadOf(Since(payload), payload.RefreshTokenExpiresAtSeconds))
        || (options.Session.KeepsIdToken && IsOver(payload.IdTokenExpiresAtSeconds, now))
        || now >= EndsAt(payload) - LongestLead;

    /// <summary>
    /// When a refresh token is sent again after a refresh whose response was lost; the provider may
    /// have used the token up.
    /// </summary>
    /// <remarks>
    /// That is at the expiry of the access token or the refresh token, at the session's end, or at
    /// the next regular refresh, whichever comes first; after 10 s when nothing is left to lose. A
    /// provider with single-use refresh tokens ends the login when it sees a token twice (RFC 9700
    /// §4.14.2).
    /// </remarks>
    public DateTimeOffset RetryAfterLostAnswer(SessionPayload payload, DateTimeOffset now)
    {
        var soon = now + FirstRetry;
        if (IsWaitUseless(payload, now))
        {
            return soon;
        }

        var retry = Earlier(now + LongestFor(payload), EndsAt(payload) - LongestLead);
        long[] ends = [payload.AccessTokenExpiresAtSeconds, payload.RefreshTokenExpiresAtSeconds];
        foreach (var end in ends.Where(end => end > now.ToUnixTimeSeconds()))
        {
            retry = Earlier(
                retry, end == payload.RefreshTokenExpiresAtSeconds ? AheadOf(Since(payload), end) : At(end));
        }

        return Later(retry, soon);
    }

    /// <summary>
    /// True when the session has no valid access token for strict validation, or no valid ID token
    /// for the applications that get it.
    /// </summary>
    public bool IsNothingLeft(SessionPayload payload, DateTimeOffset now) =>
        (options.Provider.StrictSessionValidation && IsOver(payload.AccessTokenExpiresAtSeconds, now))
        || (options.Session.KeepsIdToken && IsOver(payload.IdTokenExpiresAtSeconds, now));

    /// <summary>
    /// True when the session continues without its expired refresh token, until the access token
    /// expires.
    /// </summary>
    public bool LivesOnByAccessToken(SessionPayload payload, DateTimeOffset now) =>
        options.Session.KeepsWithoutRefreshToken && payload.AccessTokenExpiresAtSeconds > now.ToUnixTimeSeconds();

    /// <summary>
    /// The next expiration in Unix seconds, 0 = none. A refusal before it is followed by one more
    /// attempt when it is reached.
    /// </summary>
    public long NextEnd(SessionPayload payload)
    {
        var access = options.Provider.StrictSessionValidation ? payload.AccessTokenExpiresAtSeconds : 0;
        var id = options.Session.KeepsIdToken ? payload.IdTokenExpiresAtSeconds : 0;
        return access == 0 || id == 0 ? Math.Max(access, id) : Math.Min(access, id);
    }

    private DateTimeOffset TokensDueAt(SessionPayload payload)
    {
        if (!CanBeAsked(payload))
        {
            return DateTimeOffset.MaxValue;
        }

        var since = Since(payload);
        var due = since + LongestFor(payload);
        if (payload.RefreshToken is null)
        {
            return due;
        }

        if (payload.AccessTokenExpiresAtSeconds > 0)
        {
            due = Earlier(due, Later(AheadOf(since, payload.AccessTokenExpiresAtSeconds), since + MinInterval));
        }

        return payload.RefreshTokenExpiresAtSeconds > 0
            ? Earlier(due, since + ((At(payload.RefreshTokenExpiresAtSeconds) - since) / 2))
            : due;
    }

    private TimeSpan LongestFor(SessionPayload payload)
    {
        if (payload.RefreshToken is null || payload.RefreshTokenExpiresAtSeconds > 0)
        {
            return MaxInterval;
        }

        // A refresh token is assumed to outlive the access token issued with it. Beyond that its
        // lifetime is unknown.
        var isShort = payload.AccessTokenExpiresAtSeconds > 0
            && At(payload.AccessTokenExpiresAtSeconds) - Since(payload) <= MaxInterval;
        var longest = isShort ? MaxInterval : MaxInterval / 2;
        return longest < learned.Longest ? longest : learned.Longest;
    }

    private static bool CanBeAsked(SessionPayload payload) =>
        payload.RefreshToken is not null || payload.IsKeptByAccessToken;

    private static DateTimeOffset Since(SessionPayload payload) => At(payload.RefreshedAtSeconds);

    private static DateTimeOffset At(long seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds);

    private static bool IsOver(long endSeconds, DateTimeOffset now) =>
        endSeconds > 0 && now.ToUnixTimeSeconds() >= endSeconds;

    // A fifth of the lifetime before the end, at most 30 s.
    private static DateTimeOffset AheadOf(DateTimeOffset since, long endSeconds)
    {
        var end = At(endSeconds);
        var fifth = (end - since) / 5;
        return end - (fifth < LongestLead ? fifth : LongestLead);
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
