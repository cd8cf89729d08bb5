using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Logout;

/// <summary>
/// <c>P/sign_out?rd=</c>, the logout address of oauth2-proxy (<c>OAUTH2_ADDRESSES</c>). A GET ends
/// the session in one step only when the browser says that its user navigated there from a page of
/// this origin, or typed the address. Everything else is answered as <c>P/logout</c>: a GET shows
/// the page that asks, and that keeps <c>rd</c>.
/// </summary>
internal sealed class SignOutEndpoint(
    UrlOptions urls, BrowserSession browser, SignOutTarget target, SessionLogout logout, LogoutEndpoint other)
{
    /// <exception cref="StoreUnavailableException">The session cannot be read.</exception>
    public async Task HandleAsync(HttpContext context, AccessRequest request)
    {
        if (logout.AsksUser || !NavigationRule.IsOwnNavigation(request))
        {
            await other.HandleAsync(context, request);
            return;
        }

        var next = target.Of(request) ?? urls.AfterLogoutUrl;
        if (await browser.FindAsync(request, context.RequestAborted) is { } live)
        {
            var address = await logout.EndAsync(context, request, live, asked: null);
            next = address == urls.AfterLogoutUrl ? next : address;
        }
        else
        {
            logout.ClearTraces(context, request);
        }

        context.Response.StatusCode = StatusCodes.Status302Found;
        context.Response.Headers.Location = next;
    }
}
