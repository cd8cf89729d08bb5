using AuthGateway.Observability;

namespace AuthGateway.Sessions.Store.Redis;

/// <summary>Every 5 s, from the start on: tells the other replicas of this one, and names what differs.</summary>
internal sealed class ReplicaWatch(RedisReplicas replicas, ReplicaDigests digests, ReplicaNotes notes, Supervisor supervisor) : SupervisedService(supervisor)
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
            notes.Set([.. ReplicaDifferences.Find(own, view)], view.NamesOf(own));
        }
        catch (StoreUnavailableException)
        {
            // The sweep of the store says so; what was seen last stays.
        }

        return Interval;
    }

    protected override Task FinishAsync(CancellationToken cancellationToken) => replicas.LeaveAsync(digests.Id, cancellationToken);
}
