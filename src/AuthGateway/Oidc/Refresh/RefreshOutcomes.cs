using AuthGateway.Oidc.Provider;
using AuthGateway.Oidc.Tokens;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;
using AuthGateway.Sessions.Store.Sqlite;

namespace AuthGateway.Oidc.Refresh;

/// <summary>
/// Applies each response of the provider to a session. <c>invalid_grant</c> ends it, unless its
/// token merely expired and the operator keeps such sessions. Other errors do not end it, unless
/// the refusal is final and neither a valid access token (strict validation) nor a valid ID token
/// for applications is left.
/// </summary>
internal sealed class RefreshOutcomes(
    RefreshSchedule schedule, IRefreshReader reader, RefreshCompletion completion, RefreshLog report, TimeProvider time)
{
    /// <summary>Applies a response of the token endpoint.</summary>
    public Task ApplyAsync(RefreshAttempt refresh, RefreshResponse answer) => answer switch
    {
        RefreshResponse.Tokens tokens => ReadAsync(refresh, tokens),
        RefreshResponse.Unusable unusable => KeepAsync(refresh, unusable),
        RefreshResponse.Refused(var description) => RefusedAsync(refresh, description),
        RefreshResponse.Error { IsFinal: true } final when IsNothingLeft(refresh.Before) => EndAsync(
            refresh,
            final.Reason,
            "refused for good, and nothing is left to confirm the session with",
            SessionEnd.EndedByProvider),
        RefreshResponse.Error(var reason, _, var mayBeSpent) => FailAsync(refresh, reason, mayBeSpent),
        _ => Task.CompletedTask,
    };

    /// <summary>
    /// Validates a session whose refresh token has expired: userinfo shows whether the login is
    /// still valid.
    /// </summary>
    public async Task ConfirmAsync(RefreshAttempt refresh) =>
        await ApplyAsync(refresh, await reader.ConfirmAsync(refresh.Before));

    /// <summary>Records a failed attempt; the session continues.</summary>
    /// <param name="session">The session.</param>
    /// <param name="reason">The error as a code.</param>
    /// <param name="atLatest">
    /// The latest time of the next attempt when an expiration is near: Unix seconds, 0 = none.
    /// </param>
    /// <param name="sentence">The error as a sentence; null when the code is sufficient.</param>
    public void Fail(Session session, string reason, long atLatest = 0, string? sentence = null)
    {
        session.RefreshFailed(time.GetUtcNow(), DateTimeOffset.FromUnixTimeSeconds(atLatest));
        report.Failed(session.Hash, reason, sentence);
    }

    private async Task ReadAsync(RefreshAttempt refresh, RefreshResponse.Tokens tokens)
    {
        RecordAccepted(refresh);
        await ApplyAsync(refresh, await reader.ReadAsync(refresh.Before, tokens));
    }

    private Task KeepAsync(RefreshAttempt refresh, RefreshResponse.Unusable answer)
    {
        RecordAccepted(refresh);
        return ApplyAsync(
            refresh,
            new RefreshReading.Unusable(answer.RefreshToken, answer.Reason) { Sentence = answer.Sentence });
    }

    private void RecordAccepted(RefreshAttempt refresh)
    {
        if (refresh.Read.RefreshTokenExpiresAtSeconds == 0)
        {
            schedule.Learned.RecordAccepted(AgeOf(refresh.Read));
        }
    }

    private async Task ApplyAsync(RefreshAttempt refresh, RefreshReading reading)
    {
        switch (reading)
        {
            case RefreshReading.Ends(var reason, var given):
                var description = reading.Sentence ?? "what the provider says is no longer this login";
                await EndAsync(refresh, reason, description, SessionEnd.EndedByProvider, given);
                break;
            case RefreshReading.Unusable(var given, var reason) when IsNothingLeft(refresh.Before):
                var cause = reading.Sentence is { } why ? ": " + why : "";
                await EndAsync(
                    refresh,
                    reason,
                    $"the answer was refused, and nothing is left to confirm the session with{cause}",
                    SessionEnd.EndedByProvider,
                    given);
                break;
            case RefreshReading.Unusable(var kept, var reason):
                await KeepAsync(refresh, kept, reason, reading.Sentence);
                break;
            case RefreshReading.Unknown(var kept, var reason):
                await KeepAsync(refresh, kept, reason, reading.Sentence);
                break;
            case RefreshReading.Unread(var tokens, var reason):
                var payload = RefreshCompletion.With(Failing(refresh.Before), tokens, time.GetUtcNow());
                if (await completion.StoreAsync(refresh, payload))
                {
                    Fail(refresh.Session, reason, sentence: reading.Sentence);
                }

                break;
            case RefreshReading.Renewed renewed:
                await completion.RenewAsync(refresh, renewed);
                break;
        }
    }

    private async Task KeepAsync(RefreshAttempt refresh, KeptRefreshToken? kept, string reason, string? sentence)
    {
        var payload = RefreshCompletion.With(Failing(refresh.Before), kept, time.GetUtcNow());
        await completion.NoteFailureAsync(refresh, payload);
        Fail(refresh.Session, reason, schedule.NextEnd(refresh.Before), sentence);
    }

    private async Task RefusedAsync(RefreshAttempt refresh, string? description)
    {
        var before = refresh.Read;
        var now = time.GetUtcNow();
        var ranOut = before.RefreshTokenExpiresAtSeconds > 0
            ? before.RefreshTokenExpiresAtSeconds <= now.ToUnixTimeSeconds()
            : schedule.Learned.Refused(AgeOf(before));
        if (ranOut && before.RefreshTokenExpiresAtSeconds == 0)
        {
            report.RanOut(refresh.Session.Hash, AgeOf(before), schedule.Learned.Longest);
        }

        if (ranOut && schedule.LivesOnByAccessToken(before, now))
        {
            refresh.Before = refresh.Before with
            {
                RefreshToken = null,
                RefreshTokenExpiresAtSeconds = 0,
                IsKeptByAccessToken = true,
            };
            await ConfirmAsync(refresh);
            return;
        }

        await EndAsync(refresh, "invalid_grant", description, RefreshErrorReasons.ReasonOf(description));
    }

    private async Task FailAsync(RefreshAttempt refresh, string reason, bool mayBeSpent)
    {
        var payload = Failing(refresh.Before);
        if (mayBeSpent)
        {
            var retryAt = schedule.RetryAfterLostAnswer(payload, time.GetUtcNow());
            payload = payload with { RetryAtSeconds = retryAt.ToUnixTimeSeconds() };
        }

        await completion.NoteFailureAsync(refresh, payload);
        Fail(refresh.Session, reason, schedule.NextEnd(refresh.Before));
    }

    /// <summary>
    /// Ends the stored session only while it is in the state that the provider's response concerns:
    /// another process may have stored a newer token.
    /// </summary>
    private async Task EndAsync(
        RefreshAttempt refresh, string reason, string? description, SessionEnd why, KeptRefreshToken? given = null)
    {
        report.Ended(refresh.Session.Hash, reason, description);
        if (given is not null)
        {
            completion.Revoke(RefreshCompletion.With(refresh.Before, given, time.GetUtcNow()));
        }

        await completion.EndAsync(refresh, why);
    }

    private bool IsNothingLeft(SessionPayload before) => schedule.IsNothingLeft(before, time.GetUtcNow());

    private SessionPayload Failing(SessionPayload before) =>
        before.FailingSinceSeconds > 0
            ? before
            : before with { FailingSinceSeconds = time.GetUtcNow().ToUnixTimeSeconds() };

    private TimeSpan AgeOf(SessionPayload payload) =>
        time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(payload.RefreshedAtSeconds);
}
