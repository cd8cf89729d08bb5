using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Observability;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Refresh;

/// <summary>
/// Counts refreshes (<c>authgateway.session.refreshes</c> by outcome and reason) and logs what an
/// operator needs to know. Never a token or a user name.
/// </summary>
internal sealed partial class RefreshLog(
    GatewayMetrics metrics, SessionOptions options, TimeProvider time, ILogger<RefreshLog> logger)
{
    private readonly ILogger<RefreshLog> _logger = logger;
    private const int MaxText = 600;
    private readonly Lock _gate = new();
    private (string Sentence, DateTimeOffset At) _unconfirmed = ("", DateTimeOffset.MinValue);
    private int _isFinalIdTokenLogged;
    private int _isShortIdTokenLogged;

    /// <summary>The session was refreshed.</summary>
    public void Succeeded() => Count("ok", "none");

    /// <summary>Another process is refreshing this session or has already done so.</summary>
    public void LeftToAnother() => Count("left_to_another", "none");

    /// <summary>The refresh failed; the session continues with its current claims.</summary>
    /// <param name="session">The session.</param>
    /// <param name="reason">A short code, also used as the metric's label.</param>
    /// <param name="sentence">The reason as a sentence; null when the code is sufficient.</param>
    public void Failed(SessionHash session, string reason, string? sentence)
    {
        Count("failed", Known(reason));
        LogFailed(session, Printable(sentence is null ? reason : $"{reason}: {sentence}"));
    }

    /// <summary>
    /// Strict validation could not confirm the session. The same sentence is logged once a minute,
    /// because every request validates.
    /// </summary>
    public void Unconfirmed(SessionHash session, string sentence)
    {
        lock (_gate)
        {
            if (_unconfirmed.Sentence == sentence && time.GetUtcNow() - _unconfirmed.At < TimeSpan.FromMinutes(1))
            {
                return;
            }

            _unconfirmed = (sentence, time.GetUtcNow());
        }

        LogUnconfirmed(session, Printable(sentence));
    }

    /// <summary>The provider ended the session.</summary>
    public void Ended(SessionHash session, string reason, string? description)
    {
        Count("ended", Known(reason));
        LogEnded(session, Printable(reason), Printable(description ?? "no description"));
    }

    /// <summary>The session ended during its refresh; the new tokens are revoked.</summary>
    public void TooLate(SessionHash session)
    {
        Count("too_late", "none");
        LogTooLate(session);
    }

    /// <summary>
    /// The provider accepted the request and does not respond; the call continues.
    /// </summary>
    public void Waiting(SessionHash session) => LogWaiting(session);

    /// <summary>The process ends before the provider has responded.</summary>
    public void BrokenOff(int count) => LogBrokenOff(count);

    /// <summary>
    /// A refresh token of unknown lifetime was refused at an age at which none was known to fail.
    /// </summary>
    public void RanOut(SessionHash session, TimeSpan age, TimeSpan interval) =>
        LogRanOut(session, (long)age.TotalSeconds, (long)interval.TotalSeconds);

    /// <summary>
    /// Logs once that applications receive expired ID tokens, because their lifetime is shorter
    /// than the minimum interval between two refreshes.
    /// </summary>
    public void NoteShortIdToken(SessionPayload payload)
    {
        var life = payload.IdTokenExpiresAtSeconds - payload.RefreshedAtSeconds;
        if (options.KeepsIdToken
            && payload is { IdTokenExpiresAtSeconds: > 0, IsIdTokenFinal: false }
            && life < RefreshSchedule.ShortestForIdToken.TotalSeconds
            && life < options.RefreshMinInterval.TotalSeconds
            && Interlocked.Exchange(ref _isShortIdTokenLogged, 1) == 0)
        {
            LogShortIdToken(life);
        }
    }

    /// <summary>Logs once that refreshes bring no ID token with a future expiration.</summary>
    public void NoteFinalIdToken(SessionPayload payload)
    {
        if (options.KeepsIdToken
            && payload.IsIdTokenFinal
            && Interlocked.Exchange(ref _isFinalIdTokenLogged, 1) == 0)
        {
            LogFinalIdToken();
        }
    }

    private void Count(string outcome, string reason) => metrics.Refresh(outcome, reason);

    // Free text from the provider as a label would create an unlimited number of time series.
    private static string Known(string reason) =>
        reason.Length <= 40 && reason.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') ? reason : "other";

    private static string Printable(string text) =>
        new([.. text.Take(MaxText).Select(c => char.IsControl(c) ? '?' : c)]);

    [LoggerMessage(
        EventId = 310,
        Level = LogLevel.Warning,
        Message = "Session {Session} could not be refreshed ({Reason}); it lives on with the claims it has.")]
    private partial void LogFailed(SessionHash session, string reason);

    [LoggerMessage(
        EventId = 316,
        Level = LogLevel.Warning,
        Message = "Session {Session} could not be confirmed (STRICT_SESSION_VALIDATION): {Sentence}")]
    private partial void LogUnconfirmed(SessionHash session, string sentence);

    [LoggerMessage(
        EventId = 311,
        Level = LogLevel.Information,
        Message = "Session {Session} ended at its refresh: {Reason} ({Description}).")]
    private partial void LogEnded(SessionHash session, string reason, string description);

    [LoggerMessage(
        EventId = 313,
        Level = LogLevel.Warning,
        Message = "The provider has not answered the refresh of session {Session} for 10 s; it is waited for, "
            + "and PROVIDER_OUTAGE_GRACE has begun.")]
    private partial void LogWaiting(SessionHash session);

    [LoggerMessage(
        EventId = 316,
        Level = LogLevel.Warning,
        Message = "{Count} refresh(es) had no answer of the provider before the end and are broken off; where the "
            + "provider takes each refresh token once, these logins may be lost. A longer SHUTDOWN_TIMEOUT waits "
            + "longer.")]
    private partial void LogBrokenOff(int count);

    [LoggerMessage(
        EventId = 314,
        Level = LogLevel.Warning,
        Message = "The refresh token of session {Session} was refused at an age of {Age} s, and the provider tells no "
            + "life of it. From now on such sessions are refreshed every {Interval} s at most; set "
            + "SESSION_REFRESH_MAX_INTERVAL to have it so from the start.")]
    private partial void LogRanOut(SessionHash session, long age, long interval);

    [LoggerMessage(
        EventId = 315,
        Level = LogLevel.Warning,
        Message = "The provider's refresh answers bring no living ID token, and applications are handed it "
            + "(FORWARD_ID_TOKEN, USERID_TOKEN_HEADER): each session ends with its ID token. Let the provider send "
            + "ID tokens with refreshes, or let them live longer.")]
    private partial void LogFinalIdToken();

    [LoggerMessage(
        EventId = 316,
        Level = LogLevel.Warning,
        Message = "The provider's ID tokens live {Life} s, and applications are handed them (FORWARD_ID_TOKEN, "
            + "USERID_TOKEN_HEADER). A session is refreshed every 30 s at most for their sake, so applications get "
            + "some that are over. Let them live for a minute or more at the provider, or set "
            + "SESSION_REFRESH_MIN_INTERVAL below their life.")]
    private partial void LogShortIdToken(long life);

    [LoggerMessage(
        EventId = 312,
        Level = LogLevel.Information,
        Message = "Session {Session} ended while it was being refreshed; the new tokens are revoked.")]
    private partial void LogTooLate(SessionHash session);
}
