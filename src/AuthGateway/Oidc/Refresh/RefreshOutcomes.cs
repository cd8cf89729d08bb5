using AuthGateway.Configuration;
using AuthGateway.Oidc.Provider;
using AuthGateway.Oidc.Tokens;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;
using AuthGateway.Sessions.Store.Sqlite;

namespace AuthGateway.Oidc.Refresh;

/// <summary>
/// What each answer of the provider does to a session: <c>invalid_grant</c> ends it (unless its token merely ran out and the operator keeps such sessions),
/// trouble does not, unless the refusal is final and nothing else is left that could confirm the session or that applications could be handed.
/// </summary>
internal sealed class RefreshOutcomes(
    GatewayOptions options, SessionRenewal renewal, RefreshSchedule schedule, LearnedInterval learned, IRefreshReader reader,
    RefreshCompletion adoption, RefreshLog report, TimeProvider time)
{
    public Task TakeInAsync(RefreshAttempt refresh, RefreshResponse answer) => answer switch
    {
        RefreshResponse.Tokens tokens => ReadAsync(refresh, tokens),
        RefreshResponse.Refused(var description) => RefusedAsync(refresh, description),
        RefreshResponse.Trouble { IsFinal: true } final when IsNothingLeft(refresh.Before) => EndAsync(
            refresh, final.Reason, "refused for good, and nothing is left to confirm the session with", SessionEnd.EndedByProvider),
        RefreshResponse.Trouble(var reason, _, var mayBeSpent) => FailAsync(refresh, reason, mayBeSpent),
        _ => Task.CompletedTask,
    };

    /// <summary>The refresh token ran out before: userinfo says whether the login still lives.</summary>
    public async Task ConfirmAsync(RefreshAttempt refresh) => await TakeInAsync(refresh, await reader.ConfirmAsync(refresh.Before));

    /// <summary>Renews the lease of a call under way; the first time it is noted that the provider does not answer.</summary>
    public async Task HoldAsync(RefreshAttempt refresh, DateTimeOffset began)
    {
        var isFirst = refresh.Before.FailingSinceSeconds == 0;
        if (isFirst)
        {
            refresh.Before = refresh.Before with { FailingSinceSeconds = began.ToUnixTimeSeconds() };
            refresh.Session.Take(renewal.ContentOf(refresh.Lease, refresh.Before));
            report.Waiting(refresh.Session.Hash);
        }

        try
        {
            // Lost to another, it is null: the answer is still waited for, and what is stored then decides.
            if (await renewal.HoldAsync(refresh.Lease, refresh.Id, refresh.IsNoted ? null : refresh.Before) is { } held)
            {
                refresh.Lease = held;
                refresh.IsNoted = true;
            }
        }
        catch (StoreUnavailableException)
        {
            // Tried again in 10 s; nobody takes an expired lease from a holder that may have a newer token.
        }
    }

    /// <param name="session">It lives on.</param>
    /// <param name="reason">What went wrong.</param>
    /// <param name="atLatest">Where the next attempt must not wait beyond a coming end: Unix seconds.</param>
    /// <param name="sentence">The same in a sentence; null where the reason says all.</param>
    public void Fail(Session session, string reason, long atLatest = 0, string? sentence = null)
    {
        session.RefreshFailed(time.GetUtcNow(), DateTimeOffset.FromUnixTimeSeconds(atLatest));
        report.Failed(session.Hash, reason, sentence);
    }

    private async Task ReadAsync(RefreshAttempt refresh, RefreshResponse.Tokens tokens)
    {
        if (refresh.Read.RefreshTokenExpiresAtSeconds == 0)
        {
            learned.Worked(AgeOf(refresh.Read));
        }

        await TakeInAsync(refresh, await reader.ReadAsync(refresh.Before, tokens));
    }

    private async Task TakeInAsync(RefreshAttempt refresh, RefreshReading reading)
    {
        switch (reading)
        {
            case RefreshReading.Ends(var reason, var given):
                await EndAsync(refresh, reason, reading.Sentence ?? "what the provider says is no longer this login", SessionEnd.EndedByProvider, given);
                break;
            case RefreshReading.Unusable(var given, var reason) when IsNothingLeft(refresh.Before):
                await EndAsync(refresh, reason, $"the answer was refused, and nothing is left to confirm the session with{(reading.Sentence is { } why ? ": " + why : "")}", SessionEnd.EndedByProvider, given);
                break;
            case RefreshReading.Unusable(var kept, var reason):
                await KeepAsync(refresh, kept, reason, reading.Sentence);
                break;
            case RefreshReading.Unknown(var kept, var reason):
                await KeepAsync(refresh, kept, reason, reading.Sentence);
                break;
            case RefreshReading.Unread(var tokens, var reason):
                if (await adoption.StoreAsync(refresh, RefreshCompletion.With(Failing(refresh.Before), tokens, time.GetUtcNow())))
                {
                    Fail(refresh.Session, reason, sentence: reading.Sentence);
                }

                break;
            case RefreshReading.Renewed renewed:
                await adoption.RenewAsync(refresh, renewed);
                break;
        }
    }

    private async Task KeepAsync(RefreshAttempt refresh, KeptRefreshToken? kept, string reason, string? sentence)
    {
        await adoption.NoteFailureAsync(refresh, RefreshCompletion.With(Failing(refresh.Before), kept, time.GetUtcNow()));
        Fail(refresh.Session, reason, NextEnd(refresh.Before), sentence);
    }

    private async Task RefusedAsync(RefreshAttempt refresh, string? description)
    {
        var before = refresh.Read;
        var now = time.GetUtcNow();
        var ranOut = before.RefreshTokenExpiresAtSeconds > 0 ? before.RefreshTokenExpiresAtSeconds <= now.ToUnixTimeSeconds() : learned.Refused(AgeOf(before));
        if (ranOut && before.RefreshTokenExpiresAtSeconds == 0)
        {
            report.RanOut(refresh.Session.Hash, AgeOf(before), learned.Longest);
        }

        if (ranOut && options.Session.KeepsWithoutRefreshToken && before.AccessTokenExpiresAtSeconds > now.ToUnixTimeSeconds())
        {
            refresh.Before = refresh.Before with { RefreshToken = null, RefreshTokenExpiresAtSeconds = 0, IsKeptByAccessToken = true };
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
            payload = payload with { RetryAtSeconds = schedule.RetryAfterLostAnswer(payload, time.GetUtcNow()).ToUnixTimeSeconds() };
        }

        await adoption.NoteFailureAsync(refresh, payload);
        Fail(refresh.Session, reason, NextEnd(refresh.Before));
    }

    /// <summary>Ends what is stored only while it is what the provider spoke of: another process may have stored a newer token.</summary>
    private async Task EndAsync(RefreshAttempt refresh, string reason, string? description, SessionEnd why, KeptRefreshToken? given = null)
    {
        report.Ended(refresh.Session.Hash, reason, description);
        if (given is not null)
        {
            adoption.Revoke(RefreshCompletion.With(refresh.Before, given, time.GetUtcNow()));
        }

        await adoption.EndAsync(refresh, why);
    }

    private bool IsNothingLeft(SessionPayload before)
    {
        var now = time.GetUtcNow();
        return (options.Provider.StrictSessionValidation && TokenLifetime.IsAccessOver(before, now))
            || (options.Session.KeepsIdToken && before.IdTokenExpiresAtSeconds > 0 && now.ToUnixTimeSeconds() >= before.IdTokenExpiresAtSeconds);
    }

    // A refusal ahead of the end is tried once more at the end.
    private long NextEnd(SessionPayload before)
    {
        var access = options.Provider.StrictSessionValidation ? before.AccessTokenExpiresAtSeconds : 0;
        var id = options.Session.KeepsIdToken ? before.IdTokenExpiresAtSeconds : 0;
        return access == 0 || id == 0 ? Math.Max(access, id) : Math.Min(access, id);
    }

    private SessionPayload Failing(SessionPayload before) =>
        before.FailingSinceSeconds > 0 ? before : before with { FailingSinceSeconds = time.GetUtcNow().ToUnixTimeSeconds() };

    private TimeSpan AgeOf(SessionPayload payload) => time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(payload.RefreshedAtSeconds);
}
