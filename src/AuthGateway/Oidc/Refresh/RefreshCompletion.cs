using AuthGateway.Access;
using AuthGateway.Oidc.Tokens;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Refresh;

/// <summary>
/// Applies the result of a refresh: first sealed and stored under the lease, then to the session in
/// memory. Never in the reverse order.
/// </summary>
internal sealed class RefreshCompletion(
    SessionRenewal renewal, SessionLifecycle sessions, ITokenRevoker revoker, RefreshLog report, TimeProvider time)
{
    /// <summary>Raised when a session has received new claims.</summary>
    public event Action<Session>? Renewed;

    /// <summary>Stores the validated tokens and claims.</summary>
    public async Task RenewAsync(RefreshAttempt refresh, RefreshReading.Renewed renewed)
    {
        var now = time.GetUtcNow();
        var before = refresh.Before;
        var tokens = renewed.Tokens;
        var payload = before.IsKeptByAccessToken
            ? before with { RefreshedAtSeconds = now.ToUnixTimeSeconds(), RetryAtSeconds = 0 }
            : With(before, tokens, now);
        var idTokenEnd = tokens.IdToken is { } fresh
            ? fresh.ExpiresAt?.ToUnixTimeSeconds() ?? 0
            : before.IdTokenExpiresAtSeconds;
        payload = payload with
        {
            Identity = renewed.Identity,
            IdToken = tokens.IdToken?.Raw ?? before.IdToken,
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

    /// <summary>
    /// Records a failure. The first failure starts <c>PROVIDER_OUTAGE_GRACE</c> for every process
    /// and across restarts; in this process before it is stored.
    /// </summary>
    public async Task NoteFailureAsync(RefreshAttempt refresh, SessionPayload payload)
    {
        if (payload == refresh.Read)
        {
            if (await renewal.ReleaseAsync(refresh.Lease) is { } version)
            {
                // Memory knows the row as it is now, so that it can be deleted when the session
                // ends.
                refresh.Session.Take(renewal.ContentOf(refresh.Lease with { Version = version }, payload));
            }

            return;
        }

        refresh.Session.Take(renewal.ContentOf(refresh.Lease, payload));
        await StoreAsync(refresh, payload);
    }

    /// <summary>
    /// Stores under the lease; false when the session has ended meanwhile or another process holds
    /// the lease.
    /// </summary>
    public async Task<bool> StoreAsync(RefreshAttempt refresh, SessionPayload payload)
    {
        if (await renewal.ReplaceAsync(refresh.Lease, refresh.Id, payload) is { } content)
        {
            refresh.Session.Take(content);
            return true;
        }

        // The session ended meanwhile, or the lease expired: the stored state takes precedence, and
        // an ended session never comes back.
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
    /// Ends the session unless another process has stored a newer state since: the provider's
    /// response concerns the state read under this lease. When the store is unavailable, the
    /// session ends in this process.
    /// </summary>
    public async Task EndAsync(RefreshAttempt refresh, SessionEnd why)
    {
        var hash = refresh.Session.Hash;
        if (!await renewal.EndAsync(refresh.Lease, () => sessions.EndHere(hash, why))
            && await renewal.ReadAsync(refresh.Id) is not null)
        {
            refresh.Session.IsStale = true;
            return;
        }

        sessions.EndHere(hash, why);
    }

    public void Revoke(SessionPayload payload) => revoker.Revoke(payload);

    /// <summary>The payload with validated tokens.</summary>
    public static SessionPayload With(SessionPayload before, ValidatedTokens tokens, DateTimeOffset now) =>
        With(before, tokens.RefreshToken, now) with
        {
            AccessToken = tokens.AccessToken,
            AccessTokenExpiresAtSeconds = TokenLifetime.EndOf(now, tokens.ExpiresIn),
            RefreshedAtSeconds = now.ToUnixTimeSeconds(),
        };

    /// <summary>The payload with a new refresh token only.</summary>
    public static SessionPayload With(SessionPayload before, KeptRefreshToken? kept, DateTimeOffset now) => before with
    {
        RefreshToken = kept?.Value ?? before.RefreshToken,
        RefreshTokenExpiresAtSeconds = kept is null
            ? before.RefreshTokenExpiresAtSeconds
            : TokenLifetime.EndOf(now, kept.ExpiresIn),
        RetryAtSeconds = 0,
    };
}
