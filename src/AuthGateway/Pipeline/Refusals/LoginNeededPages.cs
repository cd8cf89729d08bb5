using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Pages;
using AuthGateway.Sessions;

namespace AuthGateway.Pipeline.Refusals;

/// <summary>
/// The 401 pages with a link to the login, where a redirect does not work: for a form that was
/// sent, and for a page inside a frame.
/// </summary>
internal sealed class LoginNeededPages(
    SessionOptions session,
    LoginLinks links,
    EndedSessionCookie endedCookie,
    SessionTraces traces,
    PageSender pages)
{
    /// <param name="context">The exchange that is answered.</param>
    /// <param name="request">The refused request.</param>
    /// <param name="reason">Why its session ended, in a sentence; null when it had none.</param>
    /// <returns>False for a visit, which is redirected to the login.</returns>
    public async Task<bool> TryAnswerAsync(HttpContext context, AccessRequest request, string? reason)
    {
        switch (NavigationRule.Classify(request))
        {
            case NavigationKind.None:
                await WriteAsync(context, request, reason);
                return true;
            case NavigationKind.Frame when !session.CookiePartitioned:
                await WriteInFrameAsync(context, request, reason);
                return true;
            default:
                return false;
        }
    }

    private Task WriteAsync(HttpContext context, AccessRequest request, string? reason)
    {
        traces.ClearCacheNowAndThen(context.Response.Headers, request);
        return pages.SendAsync(context, request, 401, RefusalPages.LoginNeeded(links.BackTo(request), reason));
    }

    private Task WriteInFrameAsync(HttpContext context, AccessRequest request, string? reason)
    {
        endedCookie.Delete(context, request);
        return pages.SendAsync(context, request, 401, RefusalPages.InFrame(links.BackToReferer(request), reason));
    }
}
