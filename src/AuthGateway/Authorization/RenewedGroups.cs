using AuthGateway.Access;
using AuthGateway.Observability;
using AuthGateway.Oidc.Refresh;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Authorization;

/// <summary>
/// Looks at the groups of a session that was just refreshed: who is no longer in <c>GROUPS_ALLOWLIST</c> loses the open connections too, not only the next
/// request.
/// </summary>
internal sealed class RenewedGroups(RefreshCompletion adoption, GroupsAuthorizer groups, SessionLifecycle sessions, Supervisor supervisor) : SupervisedService(supervisor)
{
    public override string Work => "groups of refreshed sessions";

    protected override void Begin() => adoption.Renewed += LookSafely;

    protected override Task FinishAsync(CancellationToken cancellationToken)
    {
        adoption.Renewed -= LookSafely;
        return Task.CompletedTask;
    }

    // The refresh that calls this has stored its tokens already; nothing here is its failure.
    private void LookSafely(Session session) => Supervisor.Run(Work, () => Look(session));

    private void Look(Session session)
    {
        // A request of it gets its page; without one, what is open must go.
        if (session.Exchanges.Any && !groups.Allows(session.Identity))
        {
            Supervisor.Start(Work, () => EndAsync(session));
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
