using System.Security.Cryptography;
using AuthGateway.Observability;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Sessions.Maintenance;

/// <summary>
/// Tries <see cref="PendingSessionEnds"/> again every second until the store has taken them. No provider repeats a logout notice, nobody logs out twice, and a
/// session must not come back with the store.
/// </summary>
internal sealed class PendingEndRetryService(SessionLifecycle sessions, PendingSessionEnds unstored, TimeProvider time, Supervisor supervisor) : SupervisedService(supervisor)
{
    /// <summary>One that fails must not keep the others waiting; a store that is down need not be asked ten thousand times.</summary>
    private const int FailuresPerRound = 3;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public override string Work => "ends that the session store has not taken";

    protected override async Task<TimeSpan?> TurnAsync(CancellationToken stoppingToken)
    {
        if (!unstored.IsEmpty)
        {
            unstored.Drop(time.GetUtcNow());
            await TryAllAsync(stoppingToken);
        }

        return Interval;
    }

    private async Task TryAllAsync(CancellationToken cancellationToken)
    {
        var failures = 0;
        var ends = unstored.Notices.Select(notice => (Func<Task>)(() => sessions.EndByProviderAsync(notice, cancellationToken)))
            .Concat(unstored.Sessions.Select(session => (Func<Task>)(() => sessions.EndAsync(session, cancellationToken))))
            .ToArray();
        RandomNumberGenerator.Shuffle<Func<Task>>(ends);
        foreach (var end in ends)
        {
            try
            {
                await end();
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                if (e is not StoreUnavailableException and not OperationCanceledException)
                {
                    Supervisor.Failed(Work, e);
                }

                if (++failures == FailuresPerRound)
                {
                    return;
                }
            }
        }
    }
}
