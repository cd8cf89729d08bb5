using AuthGateway.Access;
using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Oidc.Login;
using AuthGateway.Oidc.Login.Attempts;
using AuthGateway.Pages;
using AuthGateway.Sessions;

namespace AuthGateway.Pipeline.Refusals;

/// <summary>
/// Answers that access is forbidden: a 403 page that offers a login as another user. gRPC clients
/// get the status in the trailers.
/// </summary>
internal sealed class ForbiddenWriter(
    UrlOptions urls, LoginCounter counter, ReturnUrl returnUrl, PageSender pages, RefusedSessionEnd refusedSession)
{
    public async Task WriteAsync(HttpContext context, AccessRequest request, AccessDecision.Forbidden forbidden)
    {
        if (forbidden is SessionForbidden refused)
        {
            await refusedSession.EndAsync(context, request, refused);
        }

        // A user refused by a rule had a session: another login is not a login loop.
        counter.Forget(request, context.Response.Headers);
        await (GrpcRefusal.Wants(context)
            ? GrpcRefusal.WriteAsync(context, 403, forbidden.Reason)
            : pages.SendAsync(context, request, 403, RefusalPages.Forbidden(forbidden, urls, LoginAgain(request))));
    }

    private string LoginAgain(AccessRequest request) =>
        returnUrl.LoginAgain(request.IsGetOrHead ? returnUrl.FromTarget(request.Target) : "/", isFresh: true);
}
