namespace AuthGateway.Sessions.Store;

/// <summary>Stores sessions: SQLite for one gateway, Redis for several.</summary>
/// <remarks>
/// Every method may throw <see cref="StoreUnavailableException"/>. A change is durable, as far as
/// the store guarantees it, when the task completes. One contract test runs against every store.
/// </remarks>
internal interface ISessionStore
{
    /// <summary>
    /// Stores a new session; false, and nothing stored, when a logout notice already ended this
    /// login.
    /// </summary>
    Task<bool> InsertAsync(SessionRow row, CancellationToken cancellationToken);

    /// <summary>Reads a row; null when there is none.</summary>
    Task<SessionRow?> FindAsync(SessionHash hash, CancellationToken cancellationToken);

    /// <summary>Deletes a row; false when there was none.</summary>
    Task<bool> DeleteAsync(SessionHash hash, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes a session that was not used for <paramref name="idle"/>, as its row and, where there
    /// is one, the store's own clock say; false when it was used since, or there was none.
    /// </summary>
    Task<bool> DeleteAsync(SessionHash hash, TimeSpan idle, CancellationToken cancellationToken);

    /// <summary>
    /// Writes last uses, never backwards. Rows that are gone are not created again.
    /// </summary>
    Task TouchAsync(IReadOnlyList<KeyValuePair<SessionHash, DateTimeOffset>> uses, CancellationToken cancellationToken);

    /// <summary>
    /// Takes the lease to refresh a session, exclusive across all processes on this store. The
    /// holder's id is the fencing token. A holder whose answer was lost asks again and gets it.
    /// </summary>
    /// <returns>
    /// Null when the row is gone or was changed since it was read, when another process holds the
    /// lease, or when a holder never returned it: it may have a newer refresh token.
    /// </returns>
    /// <param name="asked">
    /// The session, the version of the row that was read, and who asks. Exactly that version is
    /// leased.
    /// </param>
    /// <param name="duration">The lease expires after this time.</param>
    /// <param name="patience">
    /// How long an expired lease is left to a holder that has not returned it.
    /// </param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<RefreshLease?> LeaseRefreshAsync(
        RefreshLease asked, TimeSpan duration, TimeSpan patience, CancellationToken cancellationToken);

    /// <summary>
    /// Extends a lease by <paramref name="duration"/>; a <paramref name="payload"/> replaces the
    /// stored one meanwhile.
    /// </summary>
    /// <returns>
    /// The lease to continue with; null, and nothing written, when another process took the lease
    /// or the row is gone.
    /// </returns>
    Task<RefreshLease?> HoldAsync(
        RefreshLease lease, byte[]? payload, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes the session under a lease; false, and nothing deleted, when another process took the
    /// lease since.
    /// </summary>
    Task<bool> DeleteAsync(RefreshLease lease, CancellationToken cancellationToken);

    /// <summary>
    /// Writes a new sealed part and returns the lease. A repetition changes nothing.
    /// </summary>
    /// <returns>
    /// The row's version; null, and nothing written, when the row is gone or another process took
    /// the lease since: a late write never restores a session.
    /// </returns>
    Task<long?> ReplaceAsync(RefreshLease lease, byte[] payload, CancellationToken cancellationToken);

    /// <summary>
    /// Returns a lease without a change, so that the next one need not wait for its expiry.
    /// </summary>
    /// <returns>
    /// The row's version; null when the row is gone or another process took the lease.
    /// </returns>
    Task<long?> ReleaseAsync(RefreshLease lease, CancellationToken cancellationToken);

    /// <summary>Applies a logout notice in one step.</summary>
    /// <remarks>
    /// Its id is remembered: a second notice with it is a replay and changes nothing. A tombstone
    /// stays until <see cref="LogoutNotice.RememberUntil"/>. Every session it covers ends, except
    /// logins after the notice.
    /// </remarks>
    Task<LogoutOutcome> EndByProviderAsync(LogoutNotice notice, CancellationToken cancellationToken);

    /// <summary>Marks something as used, once across all processes on this store.</summary>
    /// <remarks>
    /// While the store does not answer, the result is unknown and the thing must not be used; see
    /// <see cref="OncePurpose"/>.
    /// </remarks>
    /// <returns>
    /// True for exactly one taker within <paramref name="life"/>, false for every other one. The
    /// taker itself gets true again, with a new life: it can repeat a call whose answer was lost, or
    /// end the mark.
    /// </returns>
    /// <param name="purpose">
    /// One of <see cref="OncePurpose"/>. Ids of different purposes are independent.
    /// </param>
    /// <param name="id">
    /// SHA-256 of the thing, from <see cref="OnceId"/>. The thing itself is not stored.
    /// </param>
    /// <param name="taker">Random value of the attempt to take it.</param>
    /// <param name="life">
    /// How long the mark is kept: at least as long as the thing itself is accepted.
    /// </param>
    /// <param name="cancellationToken">
    /// Cancels the wait, not the write: a cancelled call may have marked it.
    /// </param>
    Task<bool> TakeOnceAsync(
        string purpose, SessionHash id, string taker, TimeSpan life, CancellationToken cancellationToken);

    /// <summary>
    /// Lists sessions that match every given part of <paramref name="filter"/>, last used first, at
    /// most <paramref name="limit"/>, without their sealed part.
    /// </summary>
    Task<IReadOnlyList<SessionSummary>> ListAsync(SessionFilter filter, int limit, CancellationToken cancellationToken);

    /// <summary>Returns those of <paramref name="hashes"/> that have a row.</summary>
    Task<IReadOnlySet<SessionHash>> FindLiveAsync(
        IReadOnlyCollection<SessionHash> hashes, CancellationToken cancellationToken);

    /// <summary>
    /// Yields the changes of other processes from now on, within a second, until cancelled.
    /// </summary>
    /// <remarks>
    /// A store that does not know the exact change yields <see cref="StoreChange.Unknown"/>, also
    /// after every reconnect. The listener then compares all its sessions.
    /// </remarks>
    IAsyncEnumerable<StoreChange> WatchAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Deletes up to <paramref name="limit"/> rows (sessions, notices, tombstones) that ended
    /// before <paramref name="now"/>, and before the store's own time, where it has a clock.
    /// </summary>
    /// <returns>The number of deleted rows.</returns>
    Task<int> DeleteExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);

    /// <summary>Opens the store, or checks that it still answers.</summary>
    Task CheckAsync(CancellationToken cancellationToken);
}
