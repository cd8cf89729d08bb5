using System.Collections.Concurrent;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Sessions.Maintenance;

/// <summary>
/// Ends that the store has not taken yet. While they wait here, no row that the store still has brings such a session back into memory, however long the
/// store is down or full.
/// </summary>
internal sealed class PendingSessionEnds
{
    /// <summary>Above this, further ones are dropped: their sessions end at the next refresh, or of age.</summary>
    private const int Capacity = 10_000;
    private readonly ConcurrentDictionary<SessionHash, DateTimeOffset> _sessions = new();
    private readonly ConcurrentDictionary<string, (LogoutNotice Notice, DateTimeOffset Until)> _notices = new();

    public bool IsEmpty => _sessions.IsEmpty && _notices.IsEmpty;

    /// <summary>True when this session has ended, whatever the store says.</summary>
    public bool Covers(Session session) => _sessions.ContainsKey(session.Hash) || (!_notices.IsEmpty && _notices.Values.Any(waiting => session.IsCoveredBy(waiting.Notice)));

    /// <summary>True while the end of this session waits for the store.</summary>
    public bool Holds(SessionHash session) => _sessions.ContainsKey(session);

    /// <param name="session">What ended.</param>
    /// <param name="until">No session outlives this: its end need not be stored any more.</param>
    public void Add(SessionHash session, DateTimeOffset until)
    {
        if (_sessions.Count < Capacity)
        {
            _sessions[session] = until;
        }
    }

    public void Add(LogoutNotice notice, DateTimeOffset until)
    {
        if (_notices.Count < Capacity)
        {
            _notices[notice.TokenId] = (notice, until);
        }
    }

    public void Remove(SessionHash session) => _sessions.TryRemove(session, out _);

    public void Remove(LogoutNotice notice) => _notices.TryRemove(notice.TokenId, out _);

    /// <summary>What waits now.</summary>
    public IReadOnlyList<SessionHash> Sessions => [.. _sessions.Keys];

    public IReadOnlyList<LogoutNotice> Notices => [.. _notices.Values.Select(waiting => waiting.Notice)];

    /// <summary>Forgets what is of age.</summary>
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
