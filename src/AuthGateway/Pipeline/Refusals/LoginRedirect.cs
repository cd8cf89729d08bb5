using AuthGateway.Http;
using AuthGateway.Http.Headers;
using AuthGateway.Oidc.Login;
using AuthGateway.Pages;

namespace AuthGateway.Pipeline.Refusals;

/// <summary>
/// Redirects a visit to the provider (OIDC Core §3.1.2.1). After the login the browser returns to
/// the visited page.
/// </summary>
internal sealed class LoginRedirect(
    PublicAddressGuard address,
    LoginStarter login,
    ReturnUrl returnUrl,
    LoginStartFailures failures,
    EndedSessionCookie endedCookie,
    PageSender pages)
{
    public async Task WriteAsync(HttpContext context, AccessRequest request)
    {
        var returnPath = returnUrl.FromTarget(request.Target);
        if (await address.TryAnswerAsync(context, request, returnPath))
        {
            return;
        }

        try
        {
            var page = await login.StartAsync(context, request, new LoginStart(returnPath) { IsVisit = true });
            endedCookie.Delete(context, request);
            SecurityHeaders.Secure(context.Response.Headers);
            if (page is not null)
            {
                await pages.SendAsync(context, request, 200, page);
            }
        }
        catch (LoginFailedException e)
        {
            await failures.WriteAsync(context, request, e);
        }
    }
}
