using AuthGateway.Configuration;
using AuthGateway.Sessions;

namespace AuthGateway.Oidc;

/// <summary>
/// Once a second, over the sessions in memory: those past their end are ended (their connections close), an open connection counts as use and drives the
/// refresh, and the keys of sessions that rest leave the memory.
/// </summary>
internal sealed class SessionPulse(SessionCache cache, KnownHashes hashes, SessionLifecycle sessions, TokenRefresher refresher, SessionOptions options, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await refresher.DrainAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            foreach (var session in cache.Walk())
            {
                Look(session, time.GetUtcNow());
            }

            hashes.Beat();
            await Task.Delay(Beat, TimeProvider.System, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Look(Session session, DateTimeOffset now)
    {
        if (now >= session.Content.EndsAt)
        {
            _ = EndAsync(session);
        }
        else if (session.Exchanges.Any)
        {
            Mind(session, now);
        }
        else
        {
            session.LetKeyAge();
        }
    }

    private void Mind(Session session, DateTimeOffset now)
    {
        if (options.IdleTimeout is not null)
        {
            session.Touch(now);
        }

        if (session.IsStale && session.Key is { } id)
        {
            _ = ReadAgainAsync(id);
        }
        else if (session.IsRefreshDue(now))
        {
            _ = refresher.RefreshAsync(session);
        }
    }

    private async Task EndAsync(Session session)
    {
        try
        {
            await sessions.EndExpiredAsync(session.Hash, CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            // It is dead here; its row says the same end to whoever reads it.
        }
    }

    private async Task ReadAgainAsync(SessionId id)
    {
        try
        {
            await sessions.ResumeAsync(id, CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            // Asked again at the next beat.
        }
    }
}
