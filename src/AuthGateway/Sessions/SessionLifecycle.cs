using AuthGateway.Configuration;

namespace AuthGateway.Sessions;

/// <summary>Begins, resumes and ends sessions. Reads of live ones come from memory; the store is asked only for those it does not hold.</summary>
internal sealed class SessionLifecycle(SessionOptions options, ISessionStore store, SessionCache cache, UnstoredEnds unstored, SessionCodec codec, TimeProvider time)
{
    private enum Life { Lives, Ended, SeemsIdle }

    /// <summary>The synchronous look-up of the hot path: true when the answer is known from memory.</summary>
    public bool TryResume(SessionHash hash, out Session? session)
    {
        if (!cache.TryGet(hash, out session) || session!.IsStale)
        {
            return false;
        }

        switch (Use(session))
        {
            case Life.Lives:
                return true;
            case Life.Ended:
                session = null;
                return true;
            default:
                // Another process may have seen a use: the row is read before it is called idle.
                return false;
        }
    }

    /// <summary>The same for a session that was resumed before; false when it has to be looked up again.</summary>
    public bool TryUse(Session session) => !session.IsStale && session.IsInMemory && Use(session) == Life.Lives;

    /// <summary>Null when the cookie belongs to no live session.</summary>
    /// <exception cref="StoreUnavailableException">It cannot be known.</exception>
    public async ValueTask<Session?> ResumeAsync(SessionId id, CancellationToken cancellationToken)
    {
        var hash = id.Hash;
        if (TryResume(hash, out var live))
        {
            return live;
        }

        var row = await store.FindAsync(hash, cancellationToken);
        if (row is null || codec.Open(row, id) is not { } payload)
        {
            if (live is not null)
            {
                cache.End(hash, time.GetUtcNow());
            }

            return null;
        }

        if (cache.Add(codec.ToSession(row, payload)) is not { } session)
        {
            return null;
        }

        var life = Use(session);
        if (life == Life.SeemsIdle)
        {
            await EndAsync(hash, CancellationToken.None);
        }

        return life == Life.Lives ? session : null;
    }

    /// <summary>The sealed part of a session whose cookie is here; null when it is gone.</summary>
    public async ValueTask<SessionPayload?> ReadPayloadAsync(SessionId id, CancellationToken cancellationToken) =>
        await store.FindAsync(id.Hash, cancellationToken) is { } row ? codec.Open(row, id) : null;

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

    private Life Use(Session session)
    {
        var now = time.GetUtcNow();
        if (session.HasEnded || now >= session.Content.EndsAt)
        {
            return Life.Ended;
        }

        if (options.IdleTimeout is { } idle)
        {
            if (now - session.LastUsedAt >= idle && !session.Exchanges.Any)
            {
                return Life.SeemsIdle;
            }

            session.Touch(now);
        }

        session.NoteRefreshDue(now);
        return Life.Lives;
    }
}
