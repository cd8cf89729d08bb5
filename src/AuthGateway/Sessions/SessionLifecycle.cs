using AuthGateway.Configuration;
using AuthGateway.Sessions.Maintenance;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Sessions;

/// <summary>Begins, resumes and ends sessions. Reads of live ones come from memory; the store is asked only for those it does not hold.</summary>
internal sealed partial class SessionLifecycle(
    SessionOptions options, ISessionStore store, SessionCache cache, PendingSessionEnds unstored, SessionCodec codec, StoreHealth health, TimeProvider time)
{
    /// <summary>
    /// A new session under a new id, durable when this returns; what it replaces ends after that. Null, and nothing ended, when the provider's logout notice
    /// for this login came first.
    /// </summary>
    public async Task<SessionId?> BeginAsync(NewSession login, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var id = SessionId.New();
        var expires = now + options.MaxAge;
        var payload = login.Payload with { CreatedAtSeconds = now.ToUnixTimeSeconds(), ExpiresAtSeconds = expires.ToUnixTimeSeconds() };
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
                // It is dead here, and the store is told later: no reason to fail a login that is stored.
            }
        }
    }

    private async Task EndSurplusAsync(SessionRow newest, IReadOnlyList<SessionHash> replaced, CancellationToken cancellationToken)
    {
        try
        {
            var sameUser = new SessionFilter { Issuer = newest.Issuer, Subject = newest.Subject };
            var others = (await store.ListAsync(sameUser, SessionLimits.PerUser + 10, cancellationToken)).Where(session => session.Hash != newest.Hash && !replaced.Contains(session.Hash));
            foreach (var surplus in others.Skip(SessionLimits.PerUser - 1))
            {
                await EndAsync(surplus.Hash, cancellationToken);
            }
        }
        catch (StoreUnavailableException)
        {
            // The login itself is stored; the user's next one looks again.
        }
    }

    /// <summary>Dead in this process at once, what it has open is closed; durable when this returns.</summary>
    /// <exception cref="StoreUnavailableException">It ended here, but the store could not be told; it stays dead here, and the store is told later.</exception>
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

    /// <summary>The end of a session whose row says the same: nothing waits for the store.</summary>
    /// <exception cref="StoreUnavailableException">It ended here, but its row is still there.</exception>
    public async Task EndExpiredAsync(SessionHash hash, CancellationToken cancellationToken)
    {
        cache.End(hash, time.GetUtcNow());
        await store.DeleteAsync(hash, cancellationToken);
    }

    /// <summary>Why the session behind a cookie ended, when there is something to tell its user.</summary>
    public SessionEnd WhyEnded(SessionHash hash) => cache.WhyEnded(hash);

    /// <summary>Dead in this process; what the store has is settled by the caller.</summary>
    public void EndHere(SessionHash hash, SessionEnd why) => cache.End(hash, time.GetUtcNow(), why);

    /// <summary>Dead in this process; the store is told later.</summary>
    public void EndLater(SessionHash hash)
    {
        cache.End(hash, time.GetUtcNow());
        unstored.Add(hash, time.GetUtcNow() + options.MaxAge);
    }

    /// <summary>
    /// Takes in a logout notice: what it covers is dead in this process at once, however slow the store is; durable, and in force for logins still
    /// under way, when this returns. Null, and nothing ended, when it names one user and the session of another.
    /// </summary>
    /// <exception cref="StoreUnavailableException">It ended here, but the store could not be told; what it covers stays dead here, and the store is told later.</exception>
    public async Task<LogoutOutcome?> EndByProviderAsync(LogoutNotice notice, CancellationToken cancellationToken)
    {
        EndAll([.. cache.CoveredBy(notice)]);
        try
        {
            var outcome = await ContradictsAsync(notice, cancellationToken) ? null : await store.EndByProviderAsync(notice, cancellationToken);
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

    private async Task<bool> ContradictsAsync(LogoutNotice notice, CancellationToken cancellationToken) =>
        notice is { ProviderSessionId: { } sid, Subject: { } subject }
        && (await store.ListAsync(new SessionFilter { Issuer = notice.Issuer, ProviderSessionId = sid }, 10, cancellationToken)).Any(session => session.Subject != subject);

    private void EndAll(IReadOnlyList<SessionHash> hashes)
    {
        foreach (var hash in hashes)
        {
            cache.End(hash, time.GetUtcNow());
        }
    }
}
