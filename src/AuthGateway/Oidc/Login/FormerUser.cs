using AuthGateway.Access;
using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Login;

/// <summary>
/// What a completed login takes away from the person who used this browser before: the logins that applications keep in cookies of their own
/// (<c>LOGOUT_COOKIES</c>), and kept pages. The same person with a live session keeps both.
/// </summary>
internal sealed class FormerUser(GatewayOptions options, BrowserSession browser, SessionTraces traces)
{
    /// <exception cref="StoreUnavailableException">It cannot be known who used the browser.</exception>
    public async Task ForgetAsync(IHeaderDictionary headers, AccessRequest request, Identity identity)
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
