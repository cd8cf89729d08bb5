using AuthGateway.Access;
using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Login;

/// <summary>
/// Removes the previous user's traces from the browser after a login: the applications' own login
/// cookies (<c>LOGOUT_COOKIES</c>) and cached pages. Both are kept when the same user still has a
/// live session.
/// </summary>
internal sealed class PreviousUser(GatewayOptions options, BrowserSession browser, SessionTraces traces)
{
    /// <exception cref="StoreUnavailableException">
    /// The previous user cannot be determined.
    /// </exception>
    public async Task ClearTracesAsync(IHeaderDictionary headers, AccessRequest request, Identity identity)
    {
        if (options.Browser.LogoutCookies.Count == 0 && !options.Browser.ClearCache)
        {
            return;
        }

        var before = await browser.FindAsync(request, CancellationToken.None);
        if (before is null)
        {
            traces.ExpireApplicationCookies(headers, request);
        }
        else if (before.Session.Identity.UserId != identity.UserId)
        {
            traces.Clear(headers, request);
        }
    }
}
