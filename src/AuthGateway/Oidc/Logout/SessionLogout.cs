using AuthGateway.Configuration.Choices;
using AuthGateway.Http;
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
    BrowserData data,
    TokenRevoker revoker,
    EndSession endSession,
    ILogger<LogoutEndpoint> logger)
{
    /// <summary>True when the user chooses by a page what ends (<c>LOGOUT_MODE=ask</c>).</summary>
    public bool AsksUser => endSession.Mode == LogoutMode.Ask;

    /// <param name="context">The exchange that is answered.</param>
    /// <param name="request">The logout.</param>
    /// <param name="live">The session.</param>
    /// <param name="asked">The mode that the user chose; null when there was no choice.</param>
    /// <returns>Where the browser goes next.</returns>
    public Task<string> EndAsync(HttpContext context, AccessRequest request, LiveSession live, string? asked) =>
        EndAsync(context, request, live, endSession.ModeFor(asked));

    /// <summary>Ends the session here, whatever <c>LOGOUT_MODE</c> is.</summary>
    public Task EndLocallyAsync(HttpContext context, AccessRequest request, LiveSession live) =>
        EndAsync(context, request, live, LogoutMode.Local);

    /// <summary>
    /// Clears the browser's data of an earlier session, for a logout without a live session.
    /// </summary>
    public void ClearTraces(HttpContext context, AccessRequest request) =>
        data.RemoveTraces(context.Response.Headers, request);

    private async Task<string> EndAsync(HttpContext context, AccessRequest request, LiveSession live, LogoutMode mode)
    {
        var payload = await EndHereAsync(live);
        data.RemoveSession(context.Response.Headers, request);
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
}
