using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Oidc.Login;
using AuthGateway.Pages;
using AuthGateway.Sessions;

namespace AuthGateway.Pipeline.Refusals;

/// <summary>
/// The 401 pages with a link to the login, where a redirect does not work: for a form that was
/// sent, and for a page inside a frame.
/// </summary>
internal sealed class LoginNeededPages(
    UrlOptions urls,
    ReturnUrl returnUrl,
    PublicOrigin publicOrigin,
    EndedSessionCookie endedCookie,
    SessionTraces traces,
    PageSender pages)
{
    /// <param name="context">The exchange that is answered.</param>
    /// <param name="request">The refused request.</param>
    /// <param name="reason">Why its session ended, in a sentence; null when it had none.</param>
    public Task WriteAsync(HttpContext context, AccessRequest request, string? reason)
    {
        traces.ClearCacheNowAndThen(context.Response.Headers, request);
        return pages.SendAsync(context, request, 401, RefusalPages.LoginNeeded(LoginBackTo(request), reason));
    }

    /// <inheritdoc cref="WriteAsync"/>
    public Task WriteInFrameAsync(HttpContext context, AccessRequest request, string? reason)
    {
        endedCookie.Delete(context, request);
        return pages.SendAsync(context, request, 401, RefusalPages.InFrame(LoginBackToReferer(request), reason));
    }

    // A redirect cannot send a form again: the login leads back to the page that held the form.
    private string LoginBackTo(AccessRequest request) =>
        request.IsGetOrHead && !request.Target.Path.StartsWith(urls.Prefix, StringComparison.Ordinal)
            ? returnUrl.LoginAgain(returnUrl.FromTarget(request.Target))
            : LoginBackToReferer(request);

    private string LoginBackToReferer(AccessRequest request)
    {
        var origin = publicOrigin.Origin(request);
        var referer = request.Single("Referer");
        var isOfOrigin = referer is not null && referer.StartsWith(origin + "/", StringComparison.Ordinal);
        var target = returnUrl.FromParameter(isOfOrigin ? referer![origin.Length..] : "/");
        return urls.LoginUrl(target.Length == 0 ? "/" : target);
    }
}
