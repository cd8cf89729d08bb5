using AuthGateway.Http;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Sessions;

/// <summary>
/// Finds the live session whose cookie came with a request. For the gateway's own endpoints.
/// </summary>
internal sealed class BrowserSession(GatewayCookies cookies, SessionLifecycle sessions)
{
    /// <summary>
    /// Returns null without a live session, and when the request carries two different live
    /// sessions: it is unknown which one is meant.
    /// </summary>
    /// <exception cref="StoreUnavailableException">
    /// The store does not answer, so the session's state is unknown.
    /// </exception>
    public async ValueTask<LiveSession?> FindAsync(AccessRequest request, CancellationToken cancellationToken)
    {
        LiveSession? found = null;
        foreach (var value in cookies.SessionValues(request.Cookies))
        {
            if (await FindAsync(value, cancellationToken) is { } live)
            {
                if (found is not null)
                {
                    return null;
                }

                found = live;
            }
        }

        return found;
    }

    /// <summary>Finds the live session of one cookie value; null when there is none.</summary>
    public async ValueTask<LiveSession?> FindAsync(string value, CancellationToken cancellationToken) =>
        SessionId.TryParse(value, out var id) && await sessions.ResumeAsync(id!, cancellationToken) is { } session
            ? new(id!, session)
            : null;
}
