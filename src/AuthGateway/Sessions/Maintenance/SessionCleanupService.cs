using AuthGateway.Observability;
using AuthGateway.Sessions.Protection;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Sessions.Maintenance;

/// <summary>
/// Background maintenance of the session store: opens it, checks it every 5 s and every 2 s while
/// it is down, deletes expired rows in small steps and writes last uses, both every
/// min(<c>SESSION_IDLE_TIMEOUT</c> / 10, 60 s).
/// </summary>
internal sealed class SessionCleanupService(
    ISessionStore store,
    SessionSecrets secrets,
    SessionCache cache,
    StoreHealth health,
    Supervisor supervisor)
    : SupervisedService(supervisor)
{
    private const int ChunkRows = 100;
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(5);

    /// <summary>A turn may come this much early (<see cref="Beat"/>).</summary>
    private static readonly TimeSpan Early = TimeSpan.FromSeconds(1);

    private DateTimeOffset _lastSweep = DateTimeOffset.MinValue;

    public override string Work => "sweep of the session store";

    protected override async Task<TimeSpan?> TurnAsync(CancellationToken stoppingToken)
    {
        var refusesWrites = false;
        try
        {
            refusesWrites = !await CheckAsync(stoppingToken);
            var now = Time.GetUtcNow();
            if (now - _lastSweep >= Interval - Early)
            {
                _lastSweep = now;
                await SweepAsync(now, stoppingToken);
            }
        }
        catch (StoreUnavailableException e) when (e.RefusesWrites)
        {
            health.RefusesWrites(e);
        }
        catch (StoreUnavailableException) when (refusesWrites)
        {
            // The check of this turn has read the store and said why it takes no writes.
        }
        catch (StoreUnavailableException e)
        {
            health.Down(e.Message);
            await SuspendAfterSilenceAsync();
        }

        return health.IsUp ? Pause : TimeSpan.FromSeconds(2);
    }

    /// <summary>
    /// Checks the store and the secret kept beside it, without which no session opens. A store that
    /// refuses writes still deletes, so the sweep goes on.
    /// </summary>
    /// <returns>True when the store takes writes.</returns>
    private async Task<bool> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            await store.CheckAsync(cancellationToken);
            secrets.CheckKept();
            health.Up();
            return true;
        }
        catch (StoreUnavailableException e) when (e.RefusesWrites)
        {
            health.RefusesWrites(e);
            return false;
        }
    }

    private Task SuspendAfterSilenceAsync() => health.IsSilentTooLong ? cache.SuspendAsync() : Task.CompletedTask;

    private TimeSpan Pause => Interval < CheckInterval ? Interval : CheckInterval;

    /// <summary>
    /// Writes the last uses before the process ends, for other replicas and the next start.
    /// </summary>
    protected override async Task FinishAsync(CancellationToken cancellationToken)
    {
        try
        {
            await TouchAsync(Time.GetUtcNow(), cancellationToken);
        }
        catch (Exception e) when (e is StoreUnavailableException or OperationCanceledException)
        {
            // The last uses that were written before remain.
        }
    }

    private TimeSpan Interval => health.UseInterval;

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
                cache.NoteStored(chunk);
                written += chunk.Length;
            }
        }
        finally
        {
            // Uses that could not be written are tried again.
            cache.KeepUnwritten(uses.Skip(written));
        }
    }
}
