using AuthGateway.Sessions.Store;

namespace AuthGateway.Sessions;

/// <summary>
/// The store's part of a refresh: reads the newest payload, takes, renews and returns the lease,
/// and writes under it.
/// </summary>
/// <remarks>The states and transitions are in docs/refresh.md.</remarks>
internal sealed class SessionRenewal(
    ISessionStore store, SessionCodec codec, RefreshSchedule schedule, StoreHealth health, TimeProvider time)
{
    /// <summary>How long a lease lasts without a renewal: 30 s.</summary>
    public static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How often the holder renews the lease while it waits for the provider: 10 s.
    /// </summary>
    public static readonly TimeSpan HoldInterval = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long the provider's response waits for an unavailable store, and how long an expired
    /// lease is left to its holder: 10 min.
    /// </summary>
    public static readonly TimeSpan HolderPatience = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(4);

    /// <summary>Reads the session from the store; null when it is gone.</summary>
    public async Task<StoredSession?> ReadAsync(SessionId id) =>
        await store.FindAsync(id.Hash, CancellationToken.None) is { } row && codec.Open(row, id) is { } payload
            ? new(payload, codec.ContentOf(payload, row.Version), row.Version)
            : null;

    /// <summary>Takes the lease to use the refresh token that was read.</summary>
    /// <returns>
    /// Null when the row was changed since, when another process holds the lease, or when a lease
    /// that was never returned may still protect a newer token and waiting can save the session.
    /// </returns>
    /// <exception cref="StoreUnavailableException">
    /// The store did not answer, but may have given the lease. The session remembers who asked, and
    /// the next attempt gets that lease.
    /// </exception>
    public async Task<RefreshLease?> LeaseAsync(Session session, StoredSession stored)
    {
        // A clock that is wrong says nothing about what is useless.
        var patience = !health.IsClockWrong && schedule.IsWaitUseless(stored.Payload, time.GetUtcNow())
            ? TimeSpan.Zero
            : HolderPatience;
        var asked = new RefreshLease(
            session.Hash, stored.Version, session.LeaseAskedBy ??= RefreshLease.NewHolder());
        var lease = await store.LeaseRefreshAsync(asked, LeaseTime, patience, CancellationToken.None);
        session.LeaseAskedBy = null;
        return lease;
    }

    /// <summary>
    /// Renews the lease while the provider is asked; a payload is put in force meanwhile.
    /// </summary>
    /// <returns>Null when another process took the lease.</returns>
    /// <exception cref="StoreUnavailableException">
    /// The store does not answer now. The lease lasts for a while without the renewal.
    /// </exception>
    public Task<RefreshLease?> HoldAsync(RefreshLease lease, SessionId id, SessionPayload? payload) =>
        store.HoldAsync(lease, payload is null ? null : codec.Seal(payload, id), LeaseTime, CancellationToken.None);

    /// <summary>Returns the lease without a change.</summary>
    /// <returns>The row's version; null when another process took the lease.</returns>
    /// <exception cref="StoreUnavailableException">The store did not answer for 10 min.</exception>
    public Task<long?> ReleaseAsync(RefreshLease lease) =>
        PersistAsync(() => store.ReleaseAsync(lease, CancellationToken.None));

    /// <summary>Stores a payload under the lease and returns the lease.</summary>
    /// <remarks>
    /// An unavailable store is tried again for 10 min, because a rotated refresh token that is not
    /// stored is lost.
    /// </remarks>
    /// <returns>Null when the session ended meanwhile or another process took the lease.</returns>
    /// <exception cref="StoreUnavailableException">The store did not answer for 10 min.</exception>
    public async Task<SessionContent?> ReplaceAsync(RefreshLease lease, SessionId id, SessionPayload payload)
    {
        var sealedPart = codec.Seal(payload, id);
        return await PersistAsync(() => store.ReplaceAsync(lease, sealedPart, CancellationToken.None)) is { } version
            ? codec.ContentOf(payload, version)
            : null;
    }

    /// <summary>Deletes the session.</summary>
    /// <returns>False when another process took the lease.</returns>
    /// <param name="lease">The lease of this process.</param>
    /// <param name="onUnavailable">Called for each attempt that the store does not answer.</param>
    /// <exception cref="StoreUnavailableException">The store did not answer for 10 min.</exception>
    public Task<bool> EndAsync(RefreshLease lease, Action onUnavailable) =>
        PersistAsync(() => store.DeleteAsync(lease, CancellationToken.None), onUnavailable);

    /// <summary>The content in memory while a payload waits for the store.</summary>
    public SessionContent ContentOf(RefreshLease lease, SessionPayload payload) =>
        codec.ContentOf(payload, lease.Version);

    private async Task<T> PersistAsync<T>(Func<Task<T>> write, Action? onUnavailable = null)
    {
        var started = time.GetTimestamp();
        for (var wait = FirstRetry; ; wait = wait < LongestRetry ? wait * 2 : wait)
        {
            try
            {
                return await write();
            }
            catch (StoreUnavailableException) when (time.GetElapsedTime(started) < HolderPatience)
            {
                onUnavailable?.Invoke();
                await Task.Delay(wait, time);
            }
        }
    }
}
