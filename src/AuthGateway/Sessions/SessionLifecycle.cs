using AuthGateway.Configuration;
using AuthGateway.Sessions.Maintenance;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Sessions;

/// <summary>Creates, resumes and ends sessions.</summary>
/// <remarks>
/// Live sessions are read from memory. The store is read only for sessions that are not in memory.
/// </remarks>
internal sealed partial class SessionLifecycle(
    SessionOptions options,
    ISessionStore store,
    SessionCache cache,
    PendingSessionEnds unstored,
    SessionCodec codec,
    StoreHealth health,
    TimeProvider time)
{
    /// <summary>
    /// Stores a new session under a new id, then ends the sessions it replaces. Durable when this
    /// returns.
    /// </summary>
    /// <returns>
    /// Null, and nothing ended, when a logout notice for this login was received before.
    /// </returns>
    public async Task<SessionId?> BeginAsync(NewSession login, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var id = SessionId.New();
        var expires = now + options.MaxAge;
        var payload = login.Payload with
        {
            CreatedAtSeconds = now.ToUnixTimeSeconds(),
            ExpiresAtSeconds = expires.ToUnixTimeSeconds(),
        };
        var row = login.ToRow(id.Hash, codec.Seal(payload, id), now, expires);
        SessionLimits.CheckSize(row);
        if (!await store.InsertAsync(row, cancellationToken))
        {
            return null;
        }

        cache.Add(codec.ToSession(row, payload));
        await EndReplacedAsync(login.Replaces);
        await EndSurplusAsync(row, login.Replaces, cancellationToken);
        return id;
    }

    private async Task EndReplacedAsync(IReadOnlyList<SessionHash> replaced)
    {
        foreach (var hash in replaced)
        {
            try
            {
                await EndAsync(hash, CancellationToken.None);
            }
            catch (StoreUnavailableException)
            {
                // It ended in this process, and the end is stored later. The login is stored, so it
                // does not fail.
            }
        }
    }

    private async Task EndSurplusAsync(
        SessionRow newest, IReadOnlyList<SessionHash> replaced, CancellationToken cancellationToken)
    {
        try
        {
            var sameUser = new SessionFilter { Issuer = newest.Issuer, Subject = newest.Subject };
            var others = (await store.ListAsync(sameUser, SessionLimits.PerUser + 10, cancellationToken))
                .Where(session => session.Hash != newest.Hash && !replaced.Contains(session.Hash));
            foreach (var surplus in others.Skip(SessionLimits.PerUser - 1))
            {
                await EndAsync(surplus.Hash, cancellationToken);
            }
        }
        catch (StoreUnavailableException)
        {
            // The login itself is stored. The user's next login checks the limit again.
        }
    }

    /// <summary>
    /// Ends a session in this process at once and closes its connections. Durable when this
    /// returns.
    /// </summary>
    /// <exception cref="StoreUnavailableException">
    /// The session ended in this process, but not in the store. The end is stored later.
    /// </exception>
    public async Task EndAsync(SessionHash hash, CancellationToken cancellationToken, SessionEnd why = SessionEnd.Plain)
    {
        cache.End(hash, time.GetUtcNow(), why);
        try
        {
            await store.DeleteAsync(hash, cancellationToken);
            unstored.Remove(hash);
        }
        catch (Exception e) when (e is StoreUnavailableException or OperationCanceledException)
        {
            unstored.Add(hash, time.GetUtcNow() + options.MaxAge);
            throw;
        }
    }

    /// <summary>
    /// Ends a session that has expired by its content in memory. Every reader of the row comes to
    /// the same end, so a failed delete need not be repeated.
    /// </summary>
    /// <remarks>
    /// At its maximum age the row ends by itself. Before that it is deleted only while it is what
    /// memory has: another replica may have renewed the login, or be about to.
    /// </remarks>
    /// <exception cref="StoreUnavailableException">
    /// The session ended in this process, but its row was not deleted.
    /// </exception>
    public async Task EndExpiredAsync(Session session, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        cache.End(session.Hash, now);
        if (now >= session.ExpiresAt || health.IsClockWrong)
        {
            return;
        }

        var asked = new RefreshLease(session.Hash, session.Content.Version, RefreshLease.NewHolder());
        if (await store.LeaseRefreshAsync(
                asked, SessionRenewal.LeaseTime, SessionRenewal.HolderPatience, cancellationToken) is { } lease)
        {
            await store.DeleteAsync(lease, cancellationToken);
        }
    }

    /// <summary>Why the session of a cookie ended, if the user should know.</summary>
    public SessionEnd WhyEnded(SessionHash hash) => cache.WhyEnded(hash);

    /// <summary>Ends a session in this process only. The caller takes care of the store.</summary>
    public void EndHere(SessionHash hash, SessionEnd why) => cache.End(hash, time.GetUtcNow(), why);

    /// <summary>Ends a session in this process. The end is stored later.</summary>
    public void EndLater(SessionHash hash)
    {
        cache.End(hash, time.GetUtcNow());
        unstored.Add(hash, time.GetUtcNow() + options.MaxAge);
    }

    /// <summary>
    /// Applies a logout notice. The sessions it covers end in this process at once, independent of
    /// the store.
    /// </summary>
    /// <remarks>
    /// When this returns, the notice is durable and also ends logins that are in progress.
    /// </remarks>
    /// <returns>
    /// Null, and nothing ended, when <c>sub</c> and <c>sid</c> of the notice belong to different
    /// users.
    /// </returns>
    /// <exception cref="StoreUnavailableException">
    /// The sessions ended in this process, but not in the store. The end is stored later.
    /// </exception>
    public async Task<LogoutOutcome?> EndByProviderAsync(LogoutNotice notice, CancellationToken cancellationToken)
    {
        EndAll([.. cache.CoveredBy(notice)]);
        try
        {
            var outcome = await ContradictsAsync(notice, cancellationToken)
                ? null
                : await store.EndByProviderAsync(notice, cancellationToken);
            EndAll(outcome?.Ended ?? []);
            unstored.Remove(notice);
            return outcome;
        }
        catch (Exception e) when (e is StoreUnavailableException or OperationCanceledException)
        {
            unstored.Add(notice, time.GetUtcNow() + options.MaxAge);
            throw;
        }
    }

    private async Task<bool> ContradictsAsync(LogoutNotice notice, CancellationToken cancellationToken)
    {
        if (notice is not { ProviderSessionId: { } sid, Subject: { } subject })
        {
            return false;
        }

        var sameSid = new SessionFilter { Issuer = notice.Issuer, ProviderSessionId = sid };
        return (await store.ListAsync(sameSid, 10, cancellationToken)).Any(session => session.Subject != subject);
    }

    private void EndAll(IReadOnlyList<SessionHash> hashes)
    {
        foreach (var hash in hashes)
        {
            cache.End(hash, time.GetUtcNow());
        }
    }
}
