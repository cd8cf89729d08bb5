using AuthGateway.Configuration;
using AuthGateway.Observability;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Sessions.Maintenance;

/// <summary>
/// Keeps the store honest beside the request path: opens it and retries every 5 s while it is down, deletes expired rows in small steps every
/// minute, and writes last uses at most every min(idle / 10, 60 s).
/// </summary>
internal sealed class SessionCleanupService(
    ISessionStore store, SessionCache cache, SessionOptions options, StoreHealth health, TimeProvider time, Supervisor supervisor) : SupervisedService(supervisor)
{
    private const int ChunkRows = 100;
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(5);

    private DateTimeOffset _lastSweep = DateTimeOffset.MinValue;

    public override string Work => "sweep of the session store";

    protected override async Task<TimeSpan?> TurnAsync(CancellationToken stoppingToken)
    {
        try
        {
            await LookAsync(stoppingToken);
            var now = time.GetUtcNow();
            if (now - _lastSweep >= Interval)
            {
                _lastSweep = now;
                await SweepAsync(now, stoppingToken);
            }
        }
        catch (StoreUnavailableException e) when (e.RefusesWrites)
        {
            health.RefusesWrites(e);
        }
        catch (StoreUnavailableException e)
        {
            health.Down(e.Message);
            await SuspendAfterSilenceAsync();
        }

        return health.IsUp ? Pause : TimeSpan.FromSeconds(2);
    }

    /// <summary>A store that refuses writes still deletes: it is swept like one that is well.</summary>
    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await store.CheckAsync(cancellationToken);
            health.Up();
        }
        catch (StoreUnavailableException e) when (e.RefusesWrites)
        {
            health.RefusesWrites(e);
        }
    }

    private Task SuspendAfterSilenceAsync() => health.IsSilentTooLong ? cache.SuspendAsync() : Task.CompletedTask;

    private TimeSpan Pause => Interval < CheckInterval ? Interval : CheckInterval;

    /// <summary>Last uses are written before the end, for the replicas and the next start.</summary>
    protected override async Task FinishAsync(CancellationToken cancellationToken)
    {
        try
        {
            await TouchAsync(time.GetUtcNow(), cancellationToken);
        }
        catch (Exception e) when (e is StoreUnavailableException or OperationCanceledException)
        {
            // They count from the last writing.
        }
    }

    private TimeSpan Interval => options.IdleTimeout is { } idle && idle / 10 < SweepInterval ? idle / 10 : SweepInterval;

    private async Task SweepAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            await TouchAsync(now, cancellationToken);
        }
        catch (StoreUnavailableException e) when (e.RefusesWrites)
        {
            health.RefusesWrites(e);
        }

        while (await store.DeleteExpiredAsync(now, ChunkRows, cancellationToken) == ChunkRows)
        {
            await Task.Yield();
        }
    }

    private async Task TouchAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var uses = cache.Sweep(now);
        var written = 0;
        try
        {
            foreach (var chunk in uses.Chunk(ChunkRows))
            {
                await store.TouchAsync(chunk, cancellationToken);
                written += chunk.Length;
            }
        }
        finally
        {
            // What could not be written stays due.
            cache.KeepUnwritten(uses.Skip(written));
        }
    }
}
