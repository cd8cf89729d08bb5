using AuthGateway.Oidc.Tokens;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Refresh;

/// <summary>
/// Begins a refresh: reads the session's newest state from the store and takes its lease, where the
/// refresh is still wanted and can be finished before the process ends.
/// </summary>
internal sealed class RefreshLeases(
    SessionRenewal renewal, SessionLifecycle sessions, RefreshLog report, ShutdownDeadline end, TimeProvider time)
{
    /// <summary>
    /// The time that must be left after SIGTERM to send a refresh token: 25 s for the provider's
    /// response, 1 s to store it.
    /// </summary>
    public static readonly TimeSpan NeededBeforeTheEnd = TimeSpan.FromSeconds(26);

    private static readonly TimeSpan ElsewhereInterval = TimeSpan.FromSeconds(2);

    /// <param name="session">The session.</param>
    /// <param name="id">Its key.</param>
    /// <param name="refused">
    /// An access token that the provider refused before its expiration; null when there is none.
    /// </param>
    /// <returns>
    /// Null when no refresh is wanted any more, or when it is left to another process.
    /// </returns>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    public async Task<RefreshAttempt?> TakeAsync(Session session, SessionId id, string? refused)
    {
        if (await renewal.ReadAsync(id) is not { } stored)
        {
            await sessions.EndAsync(session.Hash, CancellationToken.None);
            return null;
        }

        var now = time.GetUtcNow();
        var isWanted = refused is not null
            ? stored.Payload.AccessToken == refused && stored.Payload.RetryAtSeconds <= now.ToUnixTimeSeconds()
            : stored.Content.RefreshDueAt <= now;
        if (!isWanted || (stored.Payload.RefreshToken is null && !stored.Payload.IsKeptByAccessToken))
        {
            session.Take(stored.Content);
            session.RefreshSucceeded();
            report.LeftToAnother();
            return null;
        }

        // A refused access token counts as expired, whatever its lifetime.
        var before = refused is null || TokenLifetime.IsAccessTokenExpired(stored.Payload, now)
            ? stored.Payload
            : stored.Payload with { AccessTokenExpiresAtSeconds = now.ToUnixTimeSeconds() };
        if (!MayBegin(stored)
            || await renewal.LeaseAsync(session, stored with { Payload = before }) is not { } lease)
        {
            LeaveToAnother(session);
            return null;
        }

        if (!MayBegin(stored))
        {
            await renewal.ReleaseAsync(lease);
            LeaveToAnother(session);
            return null;
        }

        return new RefreshAttempt(session, id, stored.Payload) { Lease = lease, Before = before };
    }

    // The process must not be stopped between the provider's rotation of the token and the write to
    // the store.
    private bool MayBegin(StoredSession stored) =>
        stored.Payload.RefreshToken is null || end.Leaves(NeededBeforeTheEnd);

    /// <summary>
    /// Leaves the refresh to another process, which holds the lease, may hold a newer token or has
    /// more time. The row is read again before the next use.
    /// </summary>
    private void LeaveToAnother(Session session)
    {
        session.IsStale = true;
        session.RetryRefreshAt(time.GetUtcNow() + ElsewhereInterval);
        report.LeftToAnother();
    }
}
