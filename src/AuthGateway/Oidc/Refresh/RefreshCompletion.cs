using AuthGateway.Access;
using AuthGateway.Oidc.Tokens;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Refresh;

/// <summary>Takes in what a refresh brought: sealed and stored under the lease, then the session in memory. Never the other way round.</summary>
internal sealed class RefreshCompletion(SessionRenewal renewal, SessionLifecycle sessions, ITokenRevoker revoker, RefreshLog report, TimeProvider time)
{
    /// <summary>A session has the claims of now.</summary>
    public event Action<Session>? Renewed;

    public async Task RenewAsync(RefreshAttempt refresh, RefreshReading.Renewed renewed)
    {
        var now = time.GetUtcNow();
        var before = refresh.Before;
        var tokens = renewed.Tokens;
        var payload = before.IsKeptByAccessToken ? before with { RefreshedAtSeconds = now.ToUnixTimeSeconds(), RetryAtSeconds = 0 } : With(before, tokens, now);
        var idTokenEnd = tokens.IdToken is { } fresh ? IdTokenReader.Time(fresh, "exp")?.ToUnixTimeSeconds() ?? 0 : before.IdTokenExpiresAtSeconds;
        payload = payload with
        {
            Identity = renewed.Identity,
            IdToken = tokens.IdToken ?? before.IdToken,
            IdTokenExpiresAtSeconds = idTokenEnd,
            IsIdTokenFinal = idTokenEnd > 0 && (tokens.IdToken is null || idTokenEnd <= now.ToUnixTimeSeconds()),
            FailingSinceSeconds = 0,
        };
        if (await StoreAsync(refresh, payload))
        {
            refresh.Session.RefreshSucceeded();
            report.Succeeded();
            report.NoteFinalIdToken(payload);
            report.NoteShortIdToken(payload);
            Renewed?.Invoke(refresh.Session);
        }
    }

    /// <summary>The first failure begins <c>PROVIDER_OUTAGE_GRACE</c>, for every process and over restarts, and here before the store has it.</summary>
    public async Task NoteFailureAsync(RefreshAttempt refresh, SessionPayload payload)
    {
        if (payload == refresh.Read)
        {
            await renewal.ReleaseAsync(refresh.Lease);
            return;
        }

        refresh.Session.Take(renewal.ContentOf(refresh.Lease, payload));
        await StoreAsync(refresh, payload);
    }

    /// <summary>Stores under the lease; false when the session ended meanwhile or another process holds it now.</summary>
    public async Task<bool> StoreAsync(RefreshAttempt refresh, SessionPayload payload)
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

    /// <summary>
    /// Ends the session unless another process has stored something newer since: the provider spoke of what was read under this lease. While the store
    /// cannot be told it is dead here.
    /// </summary>
    public async Task EndAsync(RefreshAttempt refresh, SessionEnd why)
    {
        var hash = refresh.Session.Hash;
        if (!await renewal.EndAsync(refresh.Lease, () => sessions.EndHere(hash, why)) && await renewal.ReadAsync(refresh.Id) is not null)
        {
            refresh.Session.IsStale = true;
            return;
        }

        sessions.EndHere(hash, why);
    }

    public void Revoke(SessionPayload payload) => revoker.Revoke(payload);

    /// <summary>The session with validated tokens.</summary>
    public static SessionPayload With(SessionPayload before, ValidatedTokens tokens, DateTimeOffset now) => With(before, tokens.RefreshToken, now) with
    {
        AccessToken = tokens.AccessToken,
        AccessTokenExpiresAtSeconds = TokenLifetime.EndOf(now, tokens.ExpiresIn),
        RefreshedAtSeconds = now.ToUnixTimeSeconds(),
    };

    /// <summary>The session with nothing but a refresh token.</summary>
    public static SessionPayload With(SessionPayload before, KeptRefreshToken? kept, DateTimeOffset now) => before with
    {
        RefreshToken = kept?.Value ?? before.RefreshToken,
        RefreshTokenExpiresAtSeconds = kept is null ? before.RefreshTokenExpiresAtSeconds : TokenLifetime.EndOf(now, kept.ExpiresIn),
        RetryAtSeconds = 0,
    };
}
