using System.Collections.Concurrent;
using AuthGateway.Sessions.Connections;
using AuthGateway.Sessions.Maintenance;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Sessions;

/// <summary>The live sessions of this process, in memory and bounded.</summary>
/// <remarks>
/// A session that ended here cannot return through a store read that began before its end.
/// </remarks>
internal sealed class SessionCache(PendingSessionEnds unstored)
{
    /// <summary>
    /// Above this number sessions are dropped from memory (not ended). Their next request reads
    /// them from the store.
    /// </summary>
    public const int Capacity = 200_000;

    private static readonly TimeSpan MarkLife = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ReasonLife = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<SessionHash, Session> _live = new();
    private readonly ConcurrentDictionary<SessionHash, (DateTimeOffset At, SessionEnd Why)> _ended = new();

    /// <summary>The sessions in memory.</summary>
    public ICollection<SessionHash> Hashes => _live.Keys;

    /// <summary>The number of sessions in memory.</summary>
    public int Count => _live.Count;

    /// <summary>
    /// WebSockets and event streams that are forwarded without a session (public paths, bearer
    /// tokens). They are closed when the server stops.
    /// </summary>
    public SessionConnections WithoutSession { get; } = new();

    public bool TryGet(SessionHash hash, out Session? session) => _live.TryGetValue(hash, out session);

    /// <summary>Enumerates the sessions in memory without a copy.</summary>
    public IEnumerable<Session> Walk() => _live.Select(pair => pair.Value);

    /// <summary>
    /// Adds a session, or merges it into the object in memory: the newer content of the two is
    /// kept.
    /// </summary>
    /// <returns>The one object of this session; null when the session ended meanwhile.</returns>
    public Session? Add(Session session)
    {
        if (_live.Count >= Capacity)
        {
            Shrink();
        }

        var kept = _live.GetOrAdd(session.Hash, session);
        if (!ReferenceEquals(kept, session))
        {
            kept.IsStale = false;
            kept.Take(session.Content);
            kept.UpdateLastUsed(session.LastUsedAt);
        }

        return IsDead(kept) ? null : kept;
    }

    /// <summary>Adds a forwarded connection to its session.</summary>
    /// <returns>False when the session has ended.</returns>
    public bool TryJoin(ref Session session, SessionConnection exchange)
    {
        while (!session.Exchanges.TryAdd(exchange))
        {
            if (session.HasEnded)
            {
                return false;
            }

            // The object was dropped from memory between the decision and now. The object that is
            // in memory after this line is the one that receives the session's end.
            var kept = _live.GetOrAdd(session.Hash, session);
            kept.Exchanges.Reactivate();
            session = kept;
            if (IsDead(session))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Ends the session in this process, independent of the store, and closes its connections.
    /// </summary>
    public void End(SessionHash hash, DateTimeOffset now, SessionEnd why = SessionEnd.Plain)
    {
        _ended[hash] = (now, why);
        if (_live.TryRemove(hash, out var session))
        {
            session.Exchanges.End();
        }
    }

    /// <summary>
    /// True when the session ended in this process less than a minute ago, or its end is still to
    /// be stored.
    /// </summary>
    public bool HasEnded(SessionHash hash) => _ended.ContainsKey(hash) || unstored.Holds(hash);

    /// <summary>
    /// Why a session ended in this process within the last hour, if the user should know.
    /// </summary>
    public SessionEnd WhyEnded(SessionHash hash) => _ended.TryGetValue(hash, out var end) ? end.Why : SessionEnd.Plain;

    /// <summary>Finds the sessions in memory that a logout notice covers.</summary>
    public IEnumerable<SessionHash> CoveredBy(LogoutNotice notice) =>
        _live.Values.Where(session => session.IsCoveredBy(notice)).Select(session => session.Hash);

    /// <summary>
    /// Marks a session to be read again before its next use. Its connections stay.
    /// </summary>
    public void Forget(SessionHash hash)
    {
        if (_live.TryGetValue(hash, out var session))
        {
            session.IsStale = true;
        }
    }

    /// <summary>Removes expired sessions and old marks.</summary>
    /// <returns>The uses that are not written to the store yet.</returns>
    public List<KeyValuePair<SessionHash, DateTimeOffset>> Sweep(DateTimeOffset now)
    {
        var uses = new List<KeyValuePair<SessionHash, DateTimeOffset>>();
        foreach (var (hash, session) in _live)
        {
            if (session.ExpiresAt <= now)
            {
                End(hash, now);
            }
            else if (session.HasUnwrittenUse)
            {
                session.HasUnwrittenUse = false;
                uses.Add(new(hash, session.LastUsedAt));
            }
        }

        foreach (var (hash, end) in _ended)
        {
            if (now - end.At > (end.Why == SessionEnd.Plain ? MarkLife : ReasonLife))
            {
                _ended.TryRemove(hash, out _);
            }
        }

        return uses;
    }

    /// <summary>Notes that the store has these last uses.</summary>
    public void NoteStored(IEnumerable<KeyValuePair<SessionHash, DateTimeOffset>> uses)
    {
        foreach (var (hash, at) in uses)
        {
            if (_live.TryGetValue(hash, out var session))
            {
                session.StoredUseAt = at;
            }
        }
    }

    /// <summary>Marks these last uses as not written yet.</summary>
    public void KeepUnwritten(IEnumerable<KeyValuePair<SessionHash, DateTimeOffset>> uses)
    {
        foreach (var (hash, _) in uses)
        {
            if (_live.TryGetValue(hash, out var session))
            {
                session.HasUnwrittenUse = true;
            }
        }
    }

    /// <summary>
    /// Marks every session to be read again, and closes WebSockets and event streams. No session
    /// ends.
    /// </summary>
    public Task SuspendAsync()
    {
        var closing = new List<Task>();
        foreach (var (_, session) in _live)
        {
            session.IsStale = true;
            if (session.Exchanges.Any)
            {
                closing.Add(session.Exchanges.LeaveAsync());
            }
        }

        return Task.WhenAll(closing);
    }

    private bool IsDead(Session session)
    {
        if (!_ended.ContainsKey(session.Hash) && !unstored.Covers(session))
        {
            return false;
        }

        _live.TryRemove(session.Hash, out _);
        session.Exchanges.End();
        return true;
    }

    private void Shrink()
    {
        // A session whose last use is not written yet would lose it.
        foreach (var (hash, session) in _live.Where(entry => !entry.Value.HasUnwrittenUse).Take(Capacity / 10))
        {
            if (session.Exchanges.TryRetire())
            {
                _live.TryRemove(hash, out _);
            }
        }
    }
}
