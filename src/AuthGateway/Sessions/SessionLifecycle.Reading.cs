using AuthGateway.Sessions.Store;

namespace AuthGateway.Sessions;

// Look-ups: from memory, from the store, and what counts while the store cannot be asked.
internal sealed partial class SessionLifecycle
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

    /// <summary>Null when the cookie belongs to no live session. When the store cannot be asked, a session in memory counts as it is there.</summary>
    /// <exception cref="StoreUnavailableException">It cannot be known.</exception>
    public async ValueTask<Session?> ResumeAsync(SessionId id, CancellationToken cancellationToken)
    {
        var hash = id.Hash;
        if (TryResume(hash, out var live))
        {
            return live;
        }

        if (live is not null && health.IsAway)
        {
            return FromMemory(live);
        }

        try
        {
            return await ReadAsync(id, hash, live, cancellationToken);
        }
        catch (StoreUnavailableException) when (live is not null)
        {
            return FromMemory(live);
        }
        catch (StoreUnavailableException) when (cache.HasEnded(hash))
        {
            // It ended here: that is known whatever the store would say.
            return null;
        }
    }

    private async ValueTask<Session?> ReadAsync(SessionId id, SessionHash hash, Session? live, CancellationToken cancellationToken)
    {
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
        if (life != Life.SeemsIdle)
        {
            return life == Life.Lives ? session : null;
        }

        if (health.MayMissUses(session.LastUsedAt, options.IdleTimeout ?? TimeSpan.Zero))
        {
            // Its last use may be one that could not be written: an old one ends nothing.
            return Touched(session);
        }

        await EndAsync(hash, CancellationToken.None);
        return null;
    }

    /// <summary>The store cannot be asked: what is in memory counts, up to <c>SESSION_STORE_MAX_SILENCE</c>.</summary>
    private Session? FromMemory(Session live)
    {
        if (health.IsSilentTooLong)
        {
            throw new StoreUnavailableException("The session store has been silent for longer than SESSION_STORE_MAX_SILENCE: sessions that ended elsewhere are not known here.");
        }

        var life = Use(live);
        if (life == Life.SeemsIdle)
        {
            return health.MayMissUses(live.LastUsedAt, options.IdleTimeout ?? TimeSpan.Zero)
                ? Touched(live)
                : throw new StoreUnavailableException("The session store does not answer, so it is not known whether this session was used elsewhere.");
        }

        return life == Life.Lives ? live : null;
    }

    private Session Touched(Session session)
    {
        session.Touch(time.GetUtcNow());
        return session;
    }

    /// <summary>The sealed part of a session whose cookie is here; null when it is gone.</summary>
    public async ValueTask<SessionPayload?> ReadPayloadAsync(SessionId id, CancellationToken cancellationToken) =>
        await store.FindAsync(id.Hash, cancellationToken) is { } row ? codec.Open(row, id) : null;

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
