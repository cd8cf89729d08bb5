using AuthGateway.Limits.MemoryUse;
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
    private readonly ExpiringMap<SessionHash, bool> _sessions = new(Capacity);
    private readonly ExpiringMap<string, LogoutNotice> _notices = new(Capacity);

    public bool IsEmpty => _sessions.IsEmpty && _notices.IsEmpty;

    /// <summary>True when a pending end covers this session.</summary>
    public bool Covers(Session session) =>
        _sessions.Contains(session.Hash)
            || (!_notices.IsEmpty && _notices.Values.Any(session.IsCoveredBy));

    /// <summary>True while the end of this session is pending.</summary>
    public bool Holds(SessionHash session) => _sessions.Contains(session);

    /// <param name="session">The session that ended.</param>
    /// <param name="until">
    /// Maximum age of the session: its end need not be stored after that.
    /// </param>
    public void Add(SessionHash session, DateTimeOffset until) => _sessions.Set(session, true, until);

    /// <summary>Adds a notice whose sessions end.</summary>
    public void Add(LogoutNotice notice, DateTimeOffset until) => _notices.Set(notice.TokenId, notice, until);

    public void Remove(SessionHash session) => _sessions.Remove(session);

    public void Remove(LogoutNotice notice) => _notices.Remove(notice.TokenId);

    /// <summary>The pending ends.</summary>
    public IReadOnlyList<SessionHash> Sessions => _sessions.Keys;

    public IReadOnlyList<LogoutNotice> Notices => [.. _notices.Values];

    /// <summary>Removes the ends that need not be stored any more.</summary>
    public void Drop(DateTimeOffset now)
    {
        _sessions.DropExpired(now);
        _notices.DropExpired(now);
    }
}
