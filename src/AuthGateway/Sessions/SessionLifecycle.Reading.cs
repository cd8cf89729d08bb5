using AuthGateway.Sessions.Store;

namespace AuthGateway.Sessions;

// Look-ups in memory and in the store, and the rules while the store does not answer.
internal sealed partial class SessionLifecycle
{
    private enum Life { Lives, LivesUnwritten, Ended, SeemsIdle }

    /// <summary>Looks a session up synchronously, on the hot path.</summary>
    /// <returns>True when the answer is known from memory.</returns>
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
                // Another process may have seen a use: the row is read before the session counts as
                // idle. And this use is written before other processes count it as idle.
                return false;
        }
    }

    /// <summary>Finds the live session of a cookie; null when there is none.</summary>
    /// <remarks>While the store does not answer, a session in memory is used as it is.</remarks>
    /// <exception cref="StoreUnavailableException">
    /// The store does not answer and memory does not know the session.
    /// </exception>
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
            return await ReadAsync(id, hash, live, isAgain: false, cancellationToken);
        }
        catch (StoreUnavailableException) when (live is not null)
        {
            return FromMemory(live);
        }
        catch (StoreUnavailableException) when (cache.HasEnded(hash))
        {
            // The session ended in this process; the store cannot change that.
            return null;
        }
    }

    private async ValueTask<Session?> ReadAsync(
        SessionId id, SessionHash hash, Session? live, bool isAgain, CancellationToken cancellationToken)
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

        switch (Use(session))
        {
            case Life.Lives:
                return session;
            case Life.LivesUnwritten:
                await WriteUseAsync(session);
                return session.HasEnded ? null : session;
            case Life.Ended:
                return null;
        }

        if (health.MayMissUses(session.LastUsedAt, options.IdleTimeout ?? TimeSpan.Zero))
        {
            // A later use may not have been written, so an old last use does not end the session.
            return Touched(session);
        }

        if (!isAgain && !await DeleteIdleAsync(hash))
        {
            // A use was written meanwhile, or the store's clock says something else: the row
            // decides, and if that is idle too by this clock, the session ends here alone.
            return await ReadAsync(id, hash, session, isAgain: true, cancellationToken);
        }

        cache.End(hash, time.GetUtcNow());
        return null;
    }

    /// <summary>
    /// Deletes an idle session; true also when the store does not answer: then the session ends in
    /// this process, and its row says the same to every reader.
    /// </summary>
    private async ValueTask<bool> DeleteIdleAsync(SessionHash hash)
    {
        try
        {
            return await store.DeleteAsync(hash, options.IdleTimeout ?? TimeSpan.Zero, CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            return true;
        }
    }

    private async ValueTask WriteUseAsync(Session session)
    {
        var use = session.LastUsedAt;
        try
        {
            await store.TouchAsync([new(session.Hash, use)], CancellationToken.None);
            session.StoredUseAt = use;
        }
        catch (StoreUnavailableException)
        {
            // The cleanup service writes it later.
        }
    }

    /// <summary>
    /// Uses a session from memory while the store does not answer, for up to
    /// <c>SESSION_STORE_MAX_SILENCE</c>.
    /// </summary>
    private Session? FromMemory(Session live)
    {
        if (health.IsSilentTooLong)
        {
            throw new StoreUnavailableException(
                "The session store has been silent for longer than SESSION_STORE_MAX_SILENCE: sessions that ended elsewhere are not known here.");
        }

        var life = Use(live);
        if (life == Life.SeemsIdle)
        {
            return health.MayMissUses(live.LastUsedAt, options.IdleTimeout ?? TimeSpan.Zero)
                ? Touched(live)
                : throw new StoreUnavailableException(
                    "The session store does not answer, so it is not known whether this session was used elsewhere.");
        }

        return life == Life.Ended ? null : live;
    }

    /// <summary>Counts an open connection as a use of its session.</summary>
    public void NoteOpen(Session session, DateTimeOffset now)
    {
        if (options.IdleTimeout is not null)
        {
            session.Touch(now);
        }
    }

    private Session Touched(Session session)
    {
        session.Touch(time.GetUtcNow());
        return session;
    }

    /// <summary>Reads the payload of a session; null when the session is gone.</summary>
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
        return IsUseToWrite(session, now) ? Life.LivesUnwritten : Life.Lives;
    }

    /// <summary>
    /// True when the next regular write of this use could be too late: another process that reads
    /// the row would call the session idle before.
    /// </summary>
    private bool IsUseToWrite(Session session, DateTimeOffset now) =>
        options.IdleTimeout is { } idle
        && now - session.StoredUseAt >= idle - (2 * options.UseInterval)
        && health.IsUp;
}
