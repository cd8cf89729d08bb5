using System.Security.Cryptography;
using AuthGateway.Observability;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Sessions.Maintenance;

/// <summary>
/// Retries <see cref="PendingSessionEnds"/> every second until the store accepts them.
/// </summary>
/// <remarks>
/// A provider does not repeat a logout notice and a user does not log out twice. Without the retry
/// a session would return with the store.
/// </remarks>
internal sealed class PendingEndRetryService(
    SessionLifecycle sessions, PendingSessionEnds unstored, TimeProvider time, Supervisor supervisor)
    : SupervisedService(supervisor)
{
    /// <summary>
    /// One failing end must not delay the others, and an unavailable store need not be asked 10,000
    /// times.
    /// </summary>
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
        var notices = unstored.Notices.Select<LogoutNotice, Func<Task>>(
            notice => () => sessions.EndByProviderAsync(notice, cancellationToken));
        var single = unstored.Sessions.Select<SessionHash, Func<Task>>(
            session => () => sessions.EndAsync(session, cancellationToken));
        var ends = notices.Concat(single).ToArray();
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
