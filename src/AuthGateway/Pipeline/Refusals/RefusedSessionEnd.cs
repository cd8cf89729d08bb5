using AuthGateway.Access;
using AuthGateway.Http;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Pipeline.Refusals;

/// <summary>
/// Ends the session that an authorizer refused (<c>GROUPS_ALLOWLIST</c>, as oidc-authservice does),
/// and deletes its cookie when the session came by cookie.
/// </summary>
internal sealed class RefusedSessionEnd(GatewayCookies cookies, SessionTraces traces, SessionLifecycle sessions)
{
    public async Task EndAsync(HttpContext context, AccessRequest request, SessionForbidden refused)
    {
        if (refused.Method == AuthenticationMethod.Cookie)
        {
            context.Response.Headers.SetCookie = cookies.ClearSession(request);
            traces.Clear(context.Response.Headers, request);
        }

        try
        {
            await sessions.EndAsync(refused.Session.Hash, CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            // The session has ended in this process; the store is written when it answers again.
        }
    }
}
