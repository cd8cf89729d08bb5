namespace AuthGateway.Sessions.Store;

/// <summary>
/// Where sessions are kept: SQLite for one gateway, Redis for several. Every method may throw <see cref="StoreUnavailableException"/>; nothing is ever
/// guessed. What a method changed is durable (as far as the store can be) when its task ends. One contract test holds for every store.
/// </summary>
internal interface ISessionStore
{
    /// <summary>False when a logout notice of the provider already ended this login: nothing is stored then.</summary>
    Task<bool> InsertAsync(SessionRow row, CancellationToken cancellationToken);

    /// <summary>Null when there is no such row.</summary>
    Task<SessionRow?> FindAsync(SessionHash hash, CancellationToken cancellationToken);

    /// <summary>False when there was no such row.</summary>
    Task<bool> DeleteAsync(SessionHash hash, CancellationToken cancellationToken);

    /// <summary>Writes last uses, never backwards; rows that are gone are not written back.</summary>
    Task TouchAsync(IReadOnlyList<KeyValuePair<SessionHash, DateTimeOffset>> uses, CancellationToken cancellationToken);

    /// <summary>
    /// The right to refresh this session, across all processes on this store; its version is the fence. Null when the row is gone or was changed since it
    /// was read at <paramref name="version"/>, when another process holds the right, or held it and never gave it back: it may hold a newer refresh token.
    /// </summary>
    /// <param name="hash">The session.</param>
    /// <param name="version">Of the row that was read: what was read is what is leased.</param>
    /// <param name="duration">It runs out by itself after so long.</param>
    /// <param name="patience">How long after that it is left to a holder that has not given it back.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<RefreshLease?> LeaseRefreshAsync(SessionHash hash, long version, TimeSpan duration, TimeSpan patience, CancellationToken cancellationToken);

    /// <summary>
    /// Keeps a lease for <paramref name="duration"/> more, and with <paramref name="payload"/> puts that in place meanwhile. The lease to go on with, or
    /// null, and nothing written, when somebody else took it or the row is gone.
    /// </summary>
    Task<RefreshLease?> HoldAsync(RefreshLease lease, byte[]? payload, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>Ends the session unless somebody else took the lease since; false, and nothing deleted, then.</summary>
    Task<bool> DeleteAsync(RefreshLease lease, CancellationToken cancellationToken);

    /// <summary>
    /// Puts a new sealed part in place and gives the lease back. False, and nothing written, when the row is gone (it ended meanwhile) or somebody else
    /// took the lease since: a late writer never brings a session back to life.
    /// </summary>
    Task<bool> ReplaceAsync(RefreshLease lease, byte[] payload, CancellationToken cancellationToken);

    /// <summary>Gives a lease back without a change, so that the next one need not wait for its end.</summary>
    Task ReleaseAsync(RefreshLease lease, CancellationToken cancellationToken);

    /// <summary>
    /// Takes in a logout notice of the provider in one step: its id is remembered (a second time it is a replay and nothing happens), a tombstone is left
    /// until <see cref="LogoutNotice.RememberUntil"/>, and every session of it whose login is not younger ends.
    /// </summary>
    Task<LogoutOutcome> EndByProviderAsync(LogoutNotice notice, CancellationToken cancellationToken);

    /// <summary>
    /// Takes something that may be used once, across all processes on this store: true for exactly one caller within <paramref name="life"/>, false for
    /// every other one. When the store cannot answer, nothing is known and nothing may be done with it; see <see cref="OncePurpose"/>.
    /// </summary>
    /// <param name="purpose">One of <see cref="OncePurpose"/>: the same id is another thing for another purpose.</param>
    /// <param name="id">SHA-256 of what is used up, by <see cref="OnceId"/>; the thing itself is not stored.</param>
    /// <param name="life">How long it is remembered: at least as long as the thing itself is accepted.</param>
    /// <param name="cancellationToken">Ends the wait, not the taking: a call that was cancelled may have taken it.</param>
    Task<bool> TakeOnceAsync(string purpose, SessionHash id, TimeSpan life, CancellationToken cancellationToken);

    /// <summary>Sessions that match every given part of <paramref name="filter"/>, last used first, at most <paramref name="limit"/>; without their sealed part.</summary>
    Task<IReadOnlyList<SessionSummary>> ListAsync(SessionFilter filter, int limit, CancellationToken cancellationToken);

    /// <summary>Of these, the ones that still have a row.</summary>
    Task<IReadOnlySet<SessionHash>> FindLiveAsync(IReadOnlyCollection<SessionHash> hashes, CancellationToken cancellationToken);

    /// <summary>
    /// What other processes change from now on, until cancelled; a store that cannot tell exactly says <see cref="StoreChange.Unknown"/> (also after every
    /// reconnect), and the listener reads again what it holds. Noticed within a second.
    /// </summary>
    IAsyncEnumerable<StoreChange> WatchAsync(CancellationToken cancellationToken);

    /// <summary>Deletes up to <paramref name="limit"/> rows (sessions, notices, tombstones) that ended before <paramref name="now"/>; returns how many.</summary>
    Task<int> DeleteExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);

    /// <summary>Opens the store or proves that it still answers.</summary>
    Task CheckAsync(CancellationToken cancellationToken);
}
