using AuthGateway.Http;
using AuthGateway.Oidc.Login.Attempts;
using AuthGateway.Sessions;

namespace AuthGateway.Oidc.Logout;

/// <summary>
/// Removes what a logout leaves in the browser: the session cookie, the counter of logins, cached
/// pages and the cookies of applications.
/// </summary>
internal sealed class BrowserData(GatewayCookies cookies, LoginCounter counter, SessionTraces traces)
{
    /// <summary>Removes everything of a session that has ended.</summary>
    public void RemoveSession(IHeaderDictionary headers, AccessRequest request)
    {
        headers.Append("Set-Cookie", cookies.ClearSession(request));
        ForgetLogins(headers, request);
        RemoveTraces(headers, request);
    }

    /// <summary>
    /// Removes the data of an earlier session, for a logout without a live session.
    /// </summary>
    public void RemoveTraces(IHeaderDictionary headers, AccessRequest request) => traces.Clear(headers, request);

    /// <summary>
    /// Clears the counter of logins: a browser with a live session keeps its cookies, so it is in
    /// no login loop.
    /// </summary>
    public void ForgetLogins(IHeaderDictionary headers, AccessRequest request) => counter.Forget(request, headers);

    /// <summary>Clears the browser's cache only.</summary>
    public void ClearCache(IHeaderDictionary headers) => traces.ClearCache(headers);
}
