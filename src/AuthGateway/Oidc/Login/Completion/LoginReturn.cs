using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Oidc.Login.Attempts;
using AuthGateway.Pages;
using AuthGateway.Sessions;

namespace AuthGateway.Oidc.Login.Completion;

/// <summary>
/// Redirects the browser after a login: to <c>AFTER_LOGIN_URL</c>, or to the page it visited first.
/// </summary>
internal sealed class LoginReturn(GatewayOptions options, ReturnUrl returnUrl, PageSender pages)
{
    public Task WriteAsync(HttpContext context, AccessRequest request, LoginAttempt attempt)
    {
        var target = options.Urls.AfterLoginUrl is { } after
            ? AfterLogin.Address(after, attempt.ReturnPath)
            : returnUrl.LocationOf(attempt.ReturnPath);
        if (attempt.KeepsFragment
            && options.Urls.AfterLoginUrl is null
            && !target.Contains('#', StringComparison.Ordinal))
        {
            return pages.SendAsync(
                context,
                request,
                200,
                LoginPages.RestoreFragment(options.Urls.Prefix, target, attempt.ReturnPath));
        }

        if (options.Session.SameSite == SameSiteMode.Strict && target.StartsWith('/'))
        {
            // A redirect that began at the provider would not carry the Strict cookie.
            return pages.SendAsync(context, request, 200, LoginPages.Forward(target));
        }

        context.Response.Redirect(target);
        return Task.CompletedTask;
    }
}
