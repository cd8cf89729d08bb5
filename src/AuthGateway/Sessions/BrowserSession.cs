using AuthGateway.Http;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Sessions;

/// <summary>The one live session whose cookie came with a request, with its key: for our own endpoints.</summary>
internal sealed class BrowserSession(GatewayCookies cookies, SessionLifecycle sessions)
{
    /// <summary>Null without a live one, and when two different live ones came (nobody knows which is meant).</summary>
    /// <exception cref="StoreUnavailableException">It cannot be known.</exception>
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

    /// <summary>The live session behind one cookie value.</summary>
    public async ValueTask<LiveSession?> FindAsync(string value, CancellationToken cancellationToken) =>
        SessionId.TryParse(value, out var id) && await sessions.ResumeAsync(id!, cancellationToken) is { } session ? new(id!, session) : null;
}

internal sealed record LiveSession(SessionId Id, Session Session);
