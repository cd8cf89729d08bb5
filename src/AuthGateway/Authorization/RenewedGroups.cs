using AuthGateway.Access;
using AuthGateway.Observability;
using AuthGateway.Oidc.Refresh;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Authorization;

/// <summary>
/// Checks the groups and the e-mail address of each refreshed session. A user who is no longer in
/// <c>GROUPS_ALLOWLIST</c> or <c>EMAIL_DOMAINS</c> loses the open connections at once, not only the
/// next request.
/// </summary>
internal sealed class RenewedGroups(
    RefreshCompletion adoption, SessionRules rules, SessionLifecycle sessions, Supervisor supervisor)
    : SupervisedService(supervisor)
{
    public override string Work => "groups of refreshed sessions";

    protected override void Begin() => adoption.Renewed += CheckSafely;

    protected override Task FinishAsync(CancellationToken cancellationToken)
    {
        adoption.Renewed -= CheckSafely;
        return Task.CompletedTask;
    }

    // The refresh has already stored its tokens. An error here must not make it fail.
    private void CheckSafely(Session session) => Supervisor.Run(Work, () => Check(session));

    private void Check(Session session)
    {
        // A request of the session gets its refusal page by itself. Only open connections must be
        // closed here.
        if (session.Exchanges.Any && !rules.Allows(session.Identity))
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
            // The session is ended in this process. Other processes refuse it by the same rules.
        }
    }
}
