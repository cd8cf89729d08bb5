namespace AuthGateway.Sessions;

/// <summary>The store's side of a refresh: the lease across processes, the newest payload under it, the new one in its place.</summary>
internal sealed class SessionRenewal(ISessionStore store, SessionCodec codec, TimeProvider time)
{
    /// <summary>Longer than both calls to the provider may take together.</summary>
    private static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(30);

    /// <summary>How long a new refresh token waits for a store in trouble: 10 min. Beyond the lease the fence decides whether it is still wanted.</summary>
    private static readonly TimeSpan StorePatience = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>Null when another process holds it, or the session is gone.</summary>
    public Task<RefreshLease?> LeaseAsync(Session session) => store.LeaseRefreshAsync(session.Hash, LeaseTime, CancellationToken.None);

    public Task ReleaseAsync(RefreshLease lease) => store.ReleaseAsync(lease, CancellationToken.None);

    /// <summary>What is stored now, with what it means in memory; null when the session is gone.</summary>
    public async Task<(SessionPayload Payload, SessionContent Content)?> ReadAsync(SessionId id) =>
        await store.FindAsync(id.Hash, CancellationToken.None) is { } row && codec.Open(row, id) is { } payload
            ? (payload, codec.ContentOf(payload, row.Version))
            : null;

    /// <summary>
    /// Stores under the lease; null when the session ended meanwhile or somebody else took the lease. A store in trouble is asked again for
    /// 10 min: a rotated refresh token that is not stored is lost.
    /// </summary>
    /// <exception cref="StoreUnavailableException">It did not answer in that time.</exception>
    public async Task<SessionContent?> ReplaceAsync(RefreshLease lease, SessionId id, SessionPayload payload)
    {
        var sealedPart = codec.Seal(payload, id);
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                return await store.ReplaceAsync(lease, sealedPart, CancellationToken.None) ? codec.ContentOf(payload, lease.Version) : null;
            }
            catch (StoreUnavailableException) when (time.GetElapsedTime(started) < StorePatience)
            {
                await Task.Delay(RetryInterval, TimeProvider.System);
            }
        }
    }
}
