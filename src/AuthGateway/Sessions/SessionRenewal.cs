using AuthGateway.Sessions.Store;

namespace AuthGateway.Sessions;

/// <summary>
/// The store's side of a refresh: the newest payload, the lease on exactly that, its renewal while the provider is asked, and what is written under it.
/// The states and who may do what in them: docs/refresh.md.
/// </summary>
internal sealed class SessionRenewal(ISessionStore store, SessionCodec codec, RefreshSchedule schedule, TimeProvider time)
{
    /// <summary>How long a lease lives without a sign of its holder: 30 s.</summary>
    public static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(30);

    /// <summary>How often a holder renews it while the provider is asked: 10 s.</summary>
    public static readonly TimeSpan HoldInterval = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long what the provider answered waits for a store in trouble, and how long a lease that was not given back is left to its holder: 10 min.
    /// </summary>
    public static readonly TimeSpan HolderPatience = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(4);

    /// <summary>What is stored now; null when the session is gone.</summary>
    public async Task<StoredSession?> ReadAsync(SessionId id) =>
        await store.FindAsync(id.Hash, CancellationToken.None) is { } row && codec.Open(row, id) is { } payload
            ? new(payload, codec.ContentOf(payload, row.Version), row.Version)
            : null;

    /// <summary>
    /// The right to spend the refresh token that was read. Null when the row was changed since, when another process holds the right, or when one that
    /// never gave it back may still hold a newer token and there is something to lose by not waiting for it.
    /// </summary>
    public Task<RefreshLease?> LeaseAsync(SessionHash hash, StoredSession stored)
    {
        var patience = schedule.IsNothingLeftToLose(stored.Payload, time.GetUtcNow()) ? TimeSpan.Zero : HolderPatience;
        return store.LeaseRefreshAsync(hash, stored.Version, LeaseTime, patience, CancellationToken.None);
    }

    /// <summary>Keeps the lease while the provider is asked; with a payload, that is in force meanwhile. Null when somebody else took it.</summary>
    /// <exception cref="StoreUnavailableException">Not now; the lease lives for a while without it.</exception>
    public Task<RefreshLease?> HoldAsync(RefreshLease lease, SessionId id, SessionPayload? payload) =>
        store.HoldAsync(lease, payload is null ? null : codec.Seal(payload, id), LeaseTime, CancellationToken.None);

    /// <summary>Gives the lease back unchanged.</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer for 10 min.</exception>
    public Task ReleaseAsync(RefreshLease lease) => PersistAsync(async () =>
    {
        await store.ReleaseAsync(lease, CancellationToken.None);
        return true;
    });

    /// <summary>
    /// Stores under the lease and gives it back; null when the session ended meanwhile or somebody else took the lease. A store in trouble is asked again
    /// for 10 min: a rotated refresh token that is not stored is lost.
    /// </summary>
    /// <exception cref="StoreUnavailableException">It did not answer in that time.</exception>
    public async Task<SessionContent?> ReplaceAsync(RefreshLease lease, SessionId id, SessionPayload payload)
    {
        var sealedPart = codec.Seal(payload, id);
        return await PersistAsync(() => store.ReplaceAsync(lease, sealedPart, CancellationToken.None)) ? codec.ContentOf(payload, lease.Version + 1) : null;
    }

    /// <summary>Deletes the session unless somebody else took the lease: false then.</summary>
    /// <param name="lease">Ours.</param>
    /// <param name="onTrouble">The store cannot be told just now.</param>
    /// <exception cref="StoreUnavailableException">The store did not answer for 10 min.</exception>
    public Task<bool> EndAsync(RefreshLease lease, Action onTrouble) => PersistAsync(() => store.DeleteAsync(lease, CancellationToken.None), onTrouble);

    /// <summary>What a payload means in memory while it waits for the store.</summary>
    public SessionContent ContentOf(RefreshLease lease, SessionPayload payload) => codec.ContentOf(payload, lease.Version);

    private async Task<bool> PersistAsync(Func<Task<bool>> write, Action? onTrouble = null)
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
                onTrouble?.Invoke();
                await Task.Delay(wait, time);
            }
        }
    }
}
