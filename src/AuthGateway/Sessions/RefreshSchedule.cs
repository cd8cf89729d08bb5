using AuthGateway.Configuration;

namespace AuthGateway.Sessions;

/// <summary>
/// When a session in use is refreshed: ahead of the access token's end, not more often than <c>SESSION_REFRESH_MIN_INTERVAL</c>, but at least every
/// 15 min, at half of the refresh token's life where that is known, and with <c>FORWARD_ID_TOKEN</c> ahead of the ID token's end.
/// </summary>
internal sealed class RefreshSchedule(GatewayOptions options)
{
    private static readonly TimeSpan LongestInterval = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LongestLead = TimeSpan.FromSeconds(30);

    // Strict validation asks with the access token: it must be a living one.
    private TimeSpan MinInterval => options.Provider.StrictSessionValidation ? TimeSpan.Zero : options.Session.RefreshMinInterval;

    public DateTimeOffset DueAt(SessionPayload payload)
    {
        if (payload.RefreshToken is null)
        {
            return DateTimeOffset.MaxValue;
        }

        var since = DateTimeOffset.FromUnixTimeSeconds(payload.RefreshedAtSeconds);
        var due = since + LongestInterval;
        if (payload.AccessTokenExpiresAtSeconds > 0)
        {
            due = Earlier(due, Later(AheadOf(since, payload.AccessTokenExpiresAtSeconds), since + MinInterval));
        }

        if (payload.RefreshTokenExpiresAtSeconds > 0)
        {
            due = Earlier(due, since + ((DateTimeOffset.FromUnixTimeSeconds(payload.RefreshTokenExpiresAtSeconds) - since) / 2));
        }

        return options.Session.KeepsIdToken && payload.IdTokenExpiresAtSeconds > 0
            ? Earlier(due, AheadOf(since, payload.IdTokenExpiresAtSeconds))
            : due;
    }

    /// <summary>
    /// When claims are too old to be used unasked: nobody asked for longest interval and slack (the session rested), or the refresh token is past the end
    /// that the provider told, or the ID token that applications get is over.
    /// </summary>
    public DateTimeOffset UnconfirmedAfter(SessionPayload payload)
    {
        if (payload.RefreshToken is null)
        {
            return DateTimeOffset.MaxValue;
        }

        var rested = DateTimeOffset.FromUnixTimeSeconds(payload.RefreshedAtSeconds) + LongestInterval + Slack;
        return new[] { payload.RefreshTokenExpiresAtSeconds, options.Session.KeepsIdToken ? payload.IdTokenExpiresAtSeconds : 0 }
            .Where(seconds => seconds > 0)
            .Select(DateTimeOffset.FromUnixTimeSeconds)
            .Append(rested)
            .Min();
    }

    /// <summary>
    /// The absolute end, or the end of the grace after the first failed refresh. Under strict validation the access token's end where nothing can bring a
    /// new one: beyond it nobody could confirm the session.
    /// </summary>
    public DateTimeOffset EndsAt(SessionPayload payload)
    {
        var end = DateTimeOffset.FromUnixTimeSeconds(payload.ExpiresAtSeconds);
        if (options.Provider.StrictSessionValidation && payload is { RefreshToken: null, AccessTokenExpiresAtSeconds: > 0 })
        {
            end = Earlier(end, DateTimeOffset.FromUnixTimeSeconds(payload.AccessTokenExpiresAtSeconds));
        }

        return payload.FailingSinceSeconds > 0 && options.Provider.OutageGrace is { } grace
            ? Earlier(end, DateTimeOffset.FromUnixTimeSeconds(payload.FailingSinceSeconds) + grace)
            : end;
    }

    // A fifth of the life ahead, at most 30 s.
    private static DateTimeOffset AheadOf(DateTimeOffset since, long endSeconds)
    {
        var end = DateTimeOffset.FromUnixTimeSeconds(endSeconds);
        var fifth = (end - since) / 5;
        return end - (fifth < LongestLead ? fifth : LongestLead);
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
