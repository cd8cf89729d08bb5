using System.Collections.Concurrent;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Sessions.Maintenance;

/// <summary>Session ends that the store has not accepted yet.</summary>
/// <remarks>
/// While an end is pending, a row in the store does not bring its session back into memory, however
/// long the store is down or full.
/// </remarks>
internal sealed class PendingSessionEnds
{
    /// <summary>
    /// Above this number further ends are dropped. Their sessions end at the next refresh or at
    /// their maximum age.
    /// </summary>
    private const int Capacity = 10_000;
    private readonly ConcurrentDictionary<SessionHash, DateTimeOffset> _sessions = new();
    private readonly ConcurrentDictionary<string, (LogoutNotice Notice, DateTimeOffset Until)> _notices = new();

    public bool IsEmpty => _sessions.IsEmpty && _notices.IsEmpty;

    /// <summary>True when a pending end covers this session.</summary>
    public bool Covers(Session session) =>
        _sessions.ContainsKey(session.Hash)
            || (!_notices.IsEmpty && _notices.Values.Any(waiting => session.IsCoveredBy(waiting.Notice)));

    /// <summary>True while the end of this session is pending.</summary>
    public bool Holds(SessionHash session) => _sessions.ContainsKey(session);

    /// <param name="session">The session that ended.</param>
    /// <param name="until">
    /// Maximum age of the session: its end need not be stored after that.
    /// </param>
    public void Add(SessionHash session, DateTimeOffset until)
    {
        if (_sessions.Count < Capacity)
        {
            _sessions[session] = until;
        }
    }

    /// <summary>Adds a notice whose sessions end.</summary>
    public void Add(LogoutNotice notice, DateTimeOffset until)
    {
        if (_notices.Count < Capacity)
        {
            _notices[notice.TokenId] = (notice, until);
        }
    }

    public void Remove(SessionHash session) => _sessions.TryRemove(session, out _);

    public void Remove(LogoutNotice notice) => _notices.TryRemove(notice.TokenId, out _);

    /// <summary>The pending ends.</summary>
    public IReadOnlyList<SessionHash> Sessions => [.. _sessions.Keys];

    public IReadOnlyList<LogoutNotice> Notices => [.. _notices.Values.Select(waiting => waiting.Notice)];

    /// <summary>Removes the ends that need not be stored any more.</summary>
    public void Drop(DateTimeOffset now)
    {
        foreach (var (session, until) in _sessions)
        {
            if (until <= now)
            {
                Remove(session);
            }
        }

        foreach (var (_, waiting) in _notices)
        {
            if (waiting.Until <= now)
            {
                Remove(waiting.Notice);
            }
        }
    }
}
