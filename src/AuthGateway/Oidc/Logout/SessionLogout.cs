using AuthGateway.Configuration;
using AuthGateway.Configuration.Choices;
using AuthGateway.Http;
using AuthGateway.Oidc.Login.Attempts;
using AuthGateway.Oidc.Tokens;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Logout;

/// <summary>
/// Ends a session at a logout. It ends in the gateway first, whatever the provider and the store
/// do. Then its tokens are revoked, and the browser is redirected to the provider's logout.
/// </summary>
internal sealed class SessionLogout(
    SessionLifecycle sessions,
    GatewayCookies cookies,
    LoginCounter counter,
    SessionTraces traces,
    TokenRevoker revoker,
    EndSession endSession,
    ILogger<LogoutEndpoint> logger)
{
    /// <returns>Where the browser goes next.</returns>
    public async Task<string> EndAsync(HttpContext context, AccessRequest request, LiveSession live, LogoutMode mode)
    {
        var payload = await EndHereAsync(live);
        context.Response.Headers.Append("Set-Cookie", cookies.ClearSession(request));
        counter.Forget(request, context.Response.Headers);
        traces.Clear(context.Response.Headers, request);
        revoker.Revoke(payload);
        return endSession.BuildUrl(mode, payload);
    }

    // In memory the session ends at once. Its row is deleted as soon as the store is available.
    private async Task<SessionPayload?> EndHereAsync(LiveSession live)
    {
        SessionPayload? payload = null;
        try
        {
            // The ID token hint and the tokens are in the sealed part, which is read before the row
            // is deleted.
            payload = await sessions.ReadPayloadAsync(live.Id, CancellationToken.None);
            await sessions.EndAsync(live.Session.Hash, CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            sessions.EndLater(live.Session.Hash);
            logger.LogWarning(
                "A logout could not be stored; the session has ended in this process, and its row goes as soon as the store is back.");
        }

        return payload;
    }

    /// <summary>
    /// Clears the browser's data of an earlier session, for a logout without a live session.
    /// </summary>
    public void ClearTraces(HttpContext context, AccessRequest request) =>
        traces.Clear(context.Response.Headers, request);
}
