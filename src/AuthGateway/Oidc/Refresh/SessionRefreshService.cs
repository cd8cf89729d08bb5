using AuthGateway.Configuration;
using AuthGateway.Observability;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Refresh;

/// <summary>
/// Once a second, over the sessions in memory: those past their end are ended (their connections close), an open connection counts as use and drives the
/// refresh, and the keys of sessions that rest leave the memory.
/// </summary>
internal sealed class SessionRefreshService(
    SessionCache cache, SessionHashCache hashes, SessionLifecycle sessions, TokenRefresher refresher, SessionOptions options, TimeProvider time, Supervisor supervisor) : SupervisedService(supervisor)
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    public override string Work => "ends and refreshes of sessions in memory";

    protected override Task FinishAsync(CancellationToken cancellationToken) => refresher.DrainAsync(cancellationToken);

    protected override Task<TimeSpan?> TurnAsync(CancellationToken stoppingToken)
    {
        foreach (var session in cache.Walk())
        {
            try
            {
                Look(session, time.GetUtcNow());
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // One session's failure keeps no other waiting.
                Supervisor.Failed(Work, e);
            }
        }

        hashes.Beat();
        return Task.FromResult<TimeSpan?>(Beat);
    }

    private void Look(Session session, DateTimeOffset now)
    {
        if (now >= session.Content.EndsAt)
        {
            Supervisor.Start(Work, () => EndAsync(session));
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
            Supervisor.Start(Work, () => ReadAgainAsync(id));
        }
        else if (session.IsRefreshDueAtRest(now))
        {
            Supervisor.Start(Work, () => refresher.RefreshAsync(session));
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
