using AuthGateway.Http;
using AuthGateway.Sessions;

namespace AuthGateway.Pipeline.Refusals;

/// <summary>
/// Deletes a session cookie without a live session, so that the next request comes without it.
/// </summary>
internal sealed class EndedSessionCookie(GatewayCookies cookies, SessionTraces traces)
{
    /// <summary>Does nothing for a request without a session cookie.</summary>
    public void Delete(HttpContext context, AccessRequest request)
    {
        if (cookies.SessionValues(request.Cookies, limit: 1).Count > 0)
        {
            context.Response.Headers.Append("Set-Cookie", cookies.ClearSession(request));
            traces.Clear(context.Response.Headers, request);
        }
    }
}
