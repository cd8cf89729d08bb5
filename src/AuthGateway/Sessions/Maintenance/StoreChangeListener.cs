using AuthGateway.Observability;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Sessions.Maintenance;

/// <summary>
/// Listens to what other processes do to the store (another replica, <c>auth-gateway sessions end</c>): sessions that ended there end here within a
/// second, those with a new sealed part are read again.
/// </summary>
internal sealed class StoreChangeListener(ISessionStore store, SessionCache cache, TimeProvider time, Supervisor supervisor) : SupervisedService(supervisor)
{
    private const int ChunkRows = 1000;
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(500);

    public override string Work => "watch of the session store";

    protected override async Task<TimeSpan?> TurnAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var change in store.WatchAsync(stoppingToken))
            {
                await TakeInAsync(change, stoppingToken);
            }
        }
        catch (Exception e) when (e is StoreUnavailableException or OperationCanceledException)
        {
            // Nothing was learnt; the sweeper reports a store that is down, and the next turn reads everything again.
        }

        return RetryInterval;
    }

    private async Task TakeInAsync(StoreChange change, CancellationToken cancellationToken)
    {
        switch (change)
        {
            case StoreChange.Ended(var hash):
                cache.End(hash, time.GetUtcNow());
                break;
            case StoreChange.Replaced(var hash):
                cache.Forget(hash);
                break;
            default:
                await CompareAsync(cancellationToken);
                break;
        }
    }

    private async Task CompareAsync(CancellationToken cancellationToken)
    {
        foreach (var chunk in cache.Hashes.Chunk(ChunkRows))
        {
            var live = await store.FindLiveAsync(chunk, cancellationToken);
            foreach (var hash in chunk.Where(hash => !live.Contains(hash)))
            {
                cache.End(hash, time.GetUtcNow());
            }
        }
    }
}
