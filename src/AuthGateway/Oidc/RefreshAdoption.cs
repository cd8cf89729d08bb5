using AuthGateway.Sessions;

namespace AuthGateway.Oidc;

/// <summary>Takes in what a refresh brought: claims read again, everything sealed and stored under the lease, then the session in memory. Never the other way round.</summary>
internal sealed class RefreshAdoption(SessionRenewal renewal, SessionLifecycle sessions, RefreshedClaims claims, TokenRevoker revoker, RefreshReport report, TimeProvider time)
{
    /// <summary>A session has the claims of now.</summary>
    public event Action<Session>? Renewed;

    public async Task AdoptAsync(Refresh refresh, RefreshAnswer.Tokens tokens)
    {
        var verdict = await ReadAsync(refresh.Before, tokens);
        var payload = WithTokens(refresh.Before, tokens);
        switch (verdict)
        {
            case ClaimsVerdict.Refused(var reason):
                report.Ended(refresh.Session.Hash, reason, "the refreshed claims are no longer those of this login");
                await sessions.EndAsync(refresh.Session.Hash, CancellationToken.None, SessionEnd.EndedByProvider);
                revoker.Revoke(payload);
                return;
            case ClaimsVerdict.Accepted(var identity):
                payload = payload with { Identity = identity, IdToken = tokens.IdToken ?? payload.IdToken, IdTokenExpiresAtSeconds = EndOfIdToken(tokens.IdToken) ?? payload.IdTokenExpiresAtSeconds, FailingSinceSeconds = 0 };
                break;
            case ClaimsVerdict.Unread:
                payload = payload with { FailingSinceSeconds = FailingSince(refresh.Before) };
                break;
        }

        if (await StoreAsync(refresh, payload))
        {
            Say(refresh.Session, verdict);
        }
    }

    // Whatever goes wrong here, the tokens are stored: the provider may take no other any more.
    private async Task<ClaimsVerdict> ReadAsync(SessionPayload before, RefreshAnswer.Tokens tokens)
    {
        try
        {
            return await claims.ReadAsync(before, tokens);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return new ClaimsVerdict.Unread(e.GetType().Name);
        }
    }

    /// <summary>The first failure begins <c>PROVIDER_OUTAGE_GRACE</c>, for every process and over restarts.</summary>
    public async Task NoteFailureAsync(Refresh refresh)
    {
        if (refresh.Before.FailingSinceSeconds == 0)
        {
            await StoreAsync(refresh, refresh.Before with { FailingSinceSeconds = FailingSince(refresh.Before) });
        }
        else
        {
            await renewal.ReleaseAsync(refresh.Lease);
        }
    }

    private async Task<bool> StoreAsync(Refresh refresh, SessionPayload payload)
    {
        if (await renewal.ReplaceAsync(refresh.Lease, refresh.Id, payload) is { } content)
        {
            refresh.Session.Take(content);
            return true;
        }

        // It ended meanwhile, or our lease ran out: what is stored counts, and an ended session never comes back.
        refresh.Session.IsStale = true;
        if (await renewal.ReadAsync(refresh.Id) is null)
        {
            await sessions.EndAsync(refresh.Session.Hash, CancellationToken.None);
            revoker.Revoke(payload);
            report.TooLate(refresh.Session.Hash);
        }

        return false;
    }

    private void Say(Session session, ClaimsVerdict verdict)
    {
        if (verdict is ClaimsVerdict.Unread(var reason))
        {
            session.RefreshFailed(time.GetUtcNow());
            report.Failed(session.Hash, reason);
            return;
        }

        session.RefreshSucceeded();
        report.Succeeded();
        Renewed?.Invoke(session);
    }

    private SessionPayload WithTokens(SessionPayload before, RefreshAnswer.Tokens tokens)
    {
        var now = time.GetUtcNow();
        return before with
        {
            AccessToken = tokens.AccessToken,
            RefreshToken = tokens.RefreshToken ?? before.RefreshToken,
            AccessTokenExpiresAtSeconds = TokenLife.EndOf(now, tokens.ExpiresIn),
            RefreshTokenExpiresAtSeconds = tokens.RefreshExpiresIn > 0 || tokens.RefreshToken is not null ? TokenLife.EndOf(now, tokens.RefreshExpiresIn) : before.RefreshTokenExpiresAtSeconds,
            RefreshedAtSeconds = now.ToUnixTimeSeconds(),
        };
    }

    private long FailingSince(SessionPayload before) => before.FailingSinceSeconds > 0 ? before.FailingSinceSeconds : time.GetUtcNow().ToUnixTimeSeconds();

    private static long? EndOfIdToken(string? idToken) => idToken is null ? null : IdTokenReader.Time(idToken, "exp")?.ToUnixTimeSeconds();
}
