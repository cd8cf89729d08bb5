using System.Security.Cryptography;

namespace AuthGateway.Sessions;

/// <summary>
/// Tries <see cref="UnstoredEnds"/> again every second until the store has taken them. No provider repeats a logout notice, nobody logs out twice, and a
/// session must not come back with the store.
/// </summary>
internal sealed class PendingEnds(SessionLifecycle sessions, UnstoredEnds unstored, TimeProvider time) : BackgroundService
{
    /// <summary>One that fails must not keep the others waiting; a store that is down need not be asked ten thousand times.</summary>
    private const int FailuresPerRound = 3;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            if (!unstored.IsEmpty)
            {
                unstored.Drop(time.GetUtcNow());
                await TryAllAsync(stoppingToken);
            }

            await Task.Delay(Interval, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
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
            catch (Exception e) when (e is StoreUnavailableException or OperationCanceledException)
            {
                if (++failures == FailuresPerRound)
                {
                    return;
                }
            }
        }
    }
}
