using AuthGateway.Observability;

namespace AuthGateway.Sessions.Store.Redis;

/// <summary>
/// Announces this replica to the others every 5 s from the start on, and reports differences.
/// </summary>
internal sealed class ReplicaWatch(
    RedisReplicas replicas, ReplicaDigests digests, ReplicaNotes notes, StoreHealth health, Supervisor supervisor)
    : SupervisedService(supervisor)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private TimeSpan _clockAhead;

    public override string Work => "look at the other replicas";

    protected override async Task<TimeSpan?> TurnAsync(CancellationToken stoppingToken)
    {
        try
        {
            var own = digests.Make(_clockAhead);
            var view = await replicas.LookAsync(own, stoppingToken);
            _clockAhead = view.ClockAhead;
            health.IsClockWrong = ReplicaDifferences.IsClockWrong(view);
            notes.Set([.. ReplicaDifferences.Find(own, view)], view.NamesOf(own));
        }
        catch (StoreUnavailableException)
        {
            // The cleanup service reports an unavailable store. The last result stays.
        }

        return Interval;
    }

    protected override Task FinishAsync(CancellationToken cancellationToken) =>
        replicas.LeaveAsync(digests.Id, cancellationToken);
}
