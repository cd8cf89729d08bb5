using AuthGateway.Oidc.Refresh;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Authentication;

/// <summary>
/// What a found session needs before it authenticates a request: the start of a refresh that is
/// due, and strict validation where it is on.
/// </summary>
internal sealed class SessionCheck(TokenRefresher refresher, StrictSessionValidator strict)
{
    private readonly bool _isStrict = strict.IsOn;

    public bool IsNeeded(Session session) => session.WantsRefresh || _isStrict;

    /// <param name="session">The session.</param>
    /// <param name="id">Its key; null when the session ended meanwhile.</param>
    public async ValueTask<SessionCheckResult> CheckAsync(Session session, SessionId? id)
    {
        if (session.WantsRefresh)
        {
            await refresher.RefreshIfDueAsync(session);
        }

        return _isStrict && id is not null ? await CheckStrictlyAsync(session, id) : SessionCheckResult.Confirmed;
    }

    private async ValueTask<SessionCheckResult> CheckStrictlyAsync(Session session, SessionId id)
    {
        try
        {
            return await strict.CheckAsync(session, id, CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            return SessionCheckResult.Unknown;
        }
    }
}
