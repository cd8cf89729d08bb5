using AuthGateway.Oidc;
using AuthGateway.Sessions;

namespace AuthGateway.Authorization;

/// <summary>
/// Looks at the groups of a session that was just refreshed: who is no longer in <c>GROUPS_ALLOWLIST</c> loses the open connections too, not only the next
/// request.
/// </summary>
internal sealed class RenewedGroups(RefreshAdoption adoption, GroupsAuthorizer groups, SessionLifecycle sessions) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        adoption.Renewed += Look;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        adoption.Renewed -= Look;
        return Task.CompletedTask;
    }

    private void Look(Session session)
    {
        // A request of it gets its page; without one, what is open must go.
        if (session.Exchanges.Any && !groups.Allows(session.Identity))
        {
            _ = EndAsync(session);
        }
    }

    private async Task EndAsync(Session session)
    {
        try
        {
            await sessions.EndAsync(session.Hash, CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            // It is dead here; another process refuses it by its groups.
        }
    }
}
