using AuthGateway.Observability;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Refresh;

/// <summary>
/// Checks the sessions in memory once a second: expired sessions are ended and their connections
/// closed; an open connection counts as use and causes refreshes; the keys of unused sessions are
/// removed from memory.
/// </summary>
internal sealed class SessionRefreshService(
    SessionCache cache,
    SessionHashCache hashes,
    SessionLifecycle sessions,
    TokenRefresher refresher,
    Supervisor supervisor) : SupervisedService(supervisor)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public override string Work => "ends and refreshes of sessions in memory";

    protected override Task FinishAsync(CancellationToken cancellationToken) =>
        refresher.DrainAsync(cancellationToken);

    protected override Task<TimeSpan?> TurnAsync(CancellationToken stoppingToken)
    {
        foreach (var session in cache.Walk())
        {
            try
            {
                Check(session, Time.GetUtcNow());
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // An error of one session must not delay the others.
                Supervisor.Failed(Work, e);
            }
        }

        hashes.Age();
        return Task.FromResult<TimeSpan?>(Interval);
    }

    private void Check(Session session, DateTimeOffset now)
    {
        if (now >= session.Content.EndsAt)
        {
            Supervisor.Start(Work, () => EndAsync(session));
        }
        else if (session.Exchanges.Any)
        {
            CheckOpen(session, now);
        }
        else
        {
            session.AgeKey();
        }
    }

    private void CheckOpen(Session session, DateTimeOffset now)
    {
        sessions.NoteOpen(session, now);
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
            await sessions.EndExpiredAsync(session, CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            // The session has ended in this process; its stored row has the same expiration for
            // other readers.
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
            // Retried in the next second.
        }
    }
}
