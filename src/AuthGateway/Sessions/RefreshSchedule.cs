using AuthGateway.Configuration;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Sessions;

/// <summary>
/// When a session in use is refreshed: ahead of the access token's end, not more often than <c>SESSION_REFRESH_MIN_INTERVAL</c>, but at least every
/// <c>SESSION_REFRESH_MAX_INTERVAL</c>, at half of the refresh token's life where that is known (half of the longest interval, or what was learnt, where it
/// is not and the access token would outlive it). Where applications get the ID token (<c>FORWARD_ID_TOKEN</c>, <c>USERID_TOKEN_HEADER</c>) it is refreshed
/// ahead of that one's end too, even within the shortest interval, as long as refreshes bring new ones; but not more often than every 30 s.
/// </summary>
internal sealed class RefreshSchedule(GatewayOptions options, LearnedInterval learned)
{
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestLead = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(10);

    /// <summary>Between two refreshes for the ID token's sake; one that lives shorter is over meanwhile.</summary>
    public static readonly TimeSpan ShortestForIdToken = TimeSpan.FromSeconds(30);

    // Strict validation asks with the access token: it must be a living one.
    private TimeSpan MinInterval => options.Provider.StrictSessionValidation ? TimeSpan.Zero : options.Session.RefreshMinInterval;

    private TimeSpan MinForIdToken => options.Session.RefreshMinInterval < ShortestForIdToken ? options.Session.RefreshMinInterval : ShortestForIdToken;

    private TimeSpan MaxInterval => options.Session.RefreshMaxInterval;

    /// <summary>For a session that requests use.</summary>
    public DateTimeOffset DueAt(SessionPayload payload)
    {
        var due = TokensDueAt(payload);
        if (due < DateTimeOffset.MaxValue && options.Session.KeepsIdToken && payload is { IdTokenExpiresAtSeconds: > 0, IsIdTokenFinal: false })
        {
            due = Earlier(due, Later(AheadOf(Since(payload), payload.IdTokenExpiresAtSeconds), Since(payload) + MinForIdToken));
        }

        return Later(due, At(payload.RetryAtSeconds));
    }

    /// <summary>For a session that only an open connection uses: nobody is handed its ID token.</summary>
    public DateTimeOffset DueAtRest(SessionPayload payload) => Later(TokensDueAt(payload), At(payload.RetryAtSeconds));

    /// <summary>
    /// When claims are too old to be used unasked: nobody asked for longest interval and slack (the session rested), or the refresh token is past the end
    /// that the provider told, or the ID token that applications get is over.
    /// </summary>
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
    /// The absolute end, or the end of the grace after the first failed refresh. The access token's end where nothing can bring a new one and strict
    /// validation, or a refresh token that ran out, leaves it as the only proof; the ID token's end where applications get it and no new one can come.
    /// </summary>
    public DateTimeOffset EndsAt(SessionPayload payload)
    {
        var end = At(payload.ExpiresAtSeconds);
        if (payload is { RefreshToken: null, AccessTokenExpiresAtSeconds: > 0 } && (options.Provider.StrictSessionValidation || payload.IsKeptByAccessToken))
        {
            end = Earlier(end, At(payload.AccessTokenExpiresAtSeconds));
        }

        if (options.Session.KeepsIdToken && payload.IdTokenExpiresAtSeconds > 0 && (payload.RefreshToken is null || payload.IsIdTokenFinal))
        {
            end = Earlier(end, At(payload.IdTokenExpiresAtSeconds));
        }

        return payload.FailingSinceSeconds > 0 && options.Provider.OutageGrace is { } grace ? Earlier(end, At(payload.FailingSinceSeconds) + grace) : end;
    }

    /// <summary>
    /// True when waiting for a vanished holder of the lease, or for a call whose answer was lost, saves nothing any more: the refresh token is about to
    /// run out, the session is about to end, nobody can confirm it (strict validation) without a new access token, or the ID token for applications is over.
    /// </summary>
    public bool IsNothingLeftToLose(SessionPayload payload, DateTimeOffset now) =>
        (options.Provider.StrictSessionValidation && IsOver(payload.AccessTokenExpiresAtSeconds, now))
        || (payload.RefreshTokenExpiresAtSeconds > 0 && now >= AheadOf(Since(payload), payload.RefreshTokenExpiresAtSeconds))
        || (options.Session.KeepsIdToken && IsOver(payload.IdTokenExpiresAtSeconds, now))
        || now >= EndsAt(payload) - LongestLead;

    /// <summary>
    /// When a refresh token that may have been used up by a call without an answer is sent again: at the end of the access token, of the refresh token or of the
    /// session, at the next regular refresh, whatever comes first; after 10 s when nothing is left to lose. Single-use providers end a login that shows a token twice.
    /// </summary>
    public DateTimeOffset RetryAfterLostAnswer(SessionPayload payload, DateTimeOffset now)
    {
        var soon = now + FirstRetry;
        if (IsNothingLeftToLose(payload, now))
        {
            return soon;
        }

        var retry = Earlier(now + LongestFor(payload), EndsAt(payload) - LongestLead);
        foreach (var end in new[] { payload.AccessTokenExpiresAtSeconds, payload.RefreshTokenExpiresAtSeconds }.Where(end => end > now.ToUnixTimeSeconds()))
        {
            retry = Earlier(retry, end == payload.RefreshTokenExpiresAtSeconds ? AheadOf(Since(payload), end) : At(end));
        }

        return Later(retry, soon);
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

        return payload.RefreshTokenExpiresAtSeconds > 0 ? Earlier(due, since + ((At(payload.RefreshTokenExpiresAtSeconds) - since) / 2)) : due;
    }

    private TimeSpan LongestFor(SessionPayload payload)
    {
        if (payload.RefreshToken is null || payload.RefreshTokenExpiresAtSeconds > 0)
        {
            return MaxInterval;
        }

        // A refresh token outlives the access token that came with it; beyond that nothing is known of it.
        var isShort = payload.AccessTokenExpiresAtSeconds > 0 && At(payload.AccessTokenExpiresAtSeconds) - Since(payload) <= MaxInterval;
        var longest = isShort ? MaxInterval : MaxInterval / 2;
        return longest < learned.Longest ? longest : learned.Longest;
    }

    private static bool CanBeAsked(SessionPayload payload) => payload.RefreshToken is not null || payload.IsKeptByAccessToken;

    private static DateTimeOffset Since(SessionPayload payload) => At(payload.RefreshedAtSeconds);

    private static DateTimeOffset At(long seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds);

    private static bool IsOver(long endSeconds, DateTimeOffset now) => endSeconds > 0 && now.ToUnixTimeSeconds() >= endSeconds;

    // A fifth of the life ahead, at most 30 s.
    private static DateTimeOffset AheadOf(DateTimeOffset since, long endSeconds)
    {
        var end = At(endSeconds);
        var fifth = (end - since) / 5;
        return end - (fifth < LongestLead ? fifth : LongestLead);
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
