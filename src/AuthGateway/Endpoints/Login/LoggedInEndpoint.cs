using AuthGateway.Http;
using AuthGateway.Oidc.Login;
using AuthGateway.Pages;
using AuthGateway.Sessions;

namespace AuthGateway.Endpoints.Login;

/// <summary>
/// The page after a login that has no page to return to. Shows whether the browser is logged in.
/// </summary>
internal sealed class LoggedInEndpoint(BrowserSession browser, NotFoundWriter notFound, PageSender pages)
{
    public async Task HandleAsync(HttpContext context, AccessRequest request)
    {
        if (!request.IsGetOrHead)
        {
            await notFound.WriteAsync(context, request);
            return;
        }

        var session = await browser.FindAsync(request, context.RequestAborted);
        await pages.SendAsync(context, request, 200, session is null ? LoginPages.NotLoggedIn : LoginPages.LoggedIn);
    }
}
