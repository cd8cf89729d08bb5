using System.Collections.Concurrent;
using AuthGateway.Sessions.Connections;
using AuthGateway.Sessions.Maintenance;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Sessions;

/// <summary>Live sessions of this process in memory, bounded; a session that ended here can never come back through a read that began before.</summary>
internal sealed class SessionCache(PendingSessionEnds unstored)
{
    /// <summary>Above this, sessions are dropped from memory (not ended): the next request reads them again.</summary>
    public const int Capacity = 200_000;

    private static readonly TimeSpan MarkLife = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ReasonLife = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<SessionHash, Session> _live = new();
    private readonly ConcurrentDictionary<SessionHash, (DateTimeOffset At, SessionEnd Why)> _ended = new();

    /// <summary>Every session in memory now.</summary>
    public ICollection<SessionHash> Hashes => _live.Keys;

    /// <summary>How many are in memory now.</summary>
    public int Count => _live.Count;

    /// <summary>Sockets and event streams that are forwarded without a session (public paths, bearer tokens): told when the server stops.</summary>
    public SessionConnections WithoutSession { get; } = new();

    public bool TryGet(SessionHash hash, out Session? session) => _live.TryGetValue(hash, out session);

    /// <summary>Walks what is in memory without a copy.</summary>
    public IEnumerable<Session> Walk() => _live.Select(pair => pair.Value);

    /// <summary>Null when the session ended meanwhile; else the one object of this session, with the newer content of the two.</summary>
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
            kept.SawUse(session.LastUsedAt);
        }

        return IsDead(kept) ? null : kept;
    }

    /// <summary>Binds what is forwarded to the life of its session; false when that has ended.</summary>
    public bool TryJoin(ref Session session, SessionConnection exchange)
    {
        while (!session.Exchanges.TryAdd(exchange))
        {
            if (session.HasEnded)
            {
                return false;
            }

            // Its object was dropped from memory between the decision and now: it, or its successor, is the one that will be told of the end.
            var kept = _live.GetOrAdd(session.Hash, session);
            kept.Exchanges.Revive();
            session = kept;
            if (IsDead(session))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>From here on the session is dead in this process, whatever the store does; what it has open is closed.</summary>
    public void End(SessionHash hash, DateTimeOffset now, SessionEnd why = SessionEnd.Plain)
    {
        _ended[hash] = (now, why);
        if (_live.TryRemove(hash, out var session))
        {
            session.Exchanges.End();
        }
    }

    /// <summary>Known to have ended in this process: a short while ago, or its end waits for the store.</summary>
    public bool HasEnded(SessionHash hash) => _ended.ContainsKey(hash) || unstored.Holds(hash);

    /// <summary>Why a session ended in this process within the last hour, when there is something to tell.</summary>
    public SessionEnd WhyEnded(SessionHash hash) => _ended.TryGetValue(hash, out var end) ? end.Why : SessionEnd.Plain;

    /// <summary>Sessions in memory that a logout notice covers.</summary>
    public IEnumerable<SessionHash> CoveredBy(LogoutNotice notice) => _live.Values.Where(session => session.IsCoveredBy(notice)).Select(session => session.Hash);

    /// <summary>Read again before its next use; what it has open stays known.</summary>
    public void Forget(SessionHash hash)
    {
        if (_live.TryGetValue(hash, out var session))
        {
            session.IsStale = true;
        }
    }

    /// <summary>Forgets sessions past their end and old marks; returns the uses not yet written.</summary>
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

    /// <summary>These last uses are still to be written.</summary>
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

    /// <summary>No session here counts until it was read again; what would stay open without end is closed. Nothing ends.</summary>
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
        // One whose last use is not written yet would lose it.
        foreach (var (hash, session) in _live.Where(entry => !entry.Value.HasUnwrittenUse).Take(Capacity / 10))
        {
            if (session.Exchanges.TryRetire())
            {
                _live.TryRemove(hash, out _);
            }
        }
    }
}
