using AuthGateway.Observability;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Sessions.Maintenance;

/// <summary>
/// Follows the changes that other processes make to the store (another replica, <c>auth-gateway
/// sessions end</c>).
/// </summary>
/// <remarks>
/// Sessions that ended there end here within a second. Sessions with a new sealed part are read
/// again.
/// </remarks>
internal sealed class StoreChangeListener(
    ISessionStore store, SessionCache cache, TimeProvider time, Supervisor supervisor)
    : SupervisedService(supervisor)
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
                await ApplyAsync(change, stoppingToken);
            }
        }
        catch (Exception e) when (e is StoreUnavailableException or OperationCanceledException)
        {
            // The cleanup service reports an unavailable store. The next turn compares all
            // sessions.
        }

        return RetryInterval;
    }

    private async Task ApplyAsync(StoreChange change, CancellationToken cancellationToken)
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
