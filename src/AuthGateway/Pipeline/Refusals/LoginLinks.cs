using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Oidc.Login;

namespace AuthGateway.Pipeline.Refusals;

/// <summary>The login's address on a page that refuses a request.</summary>
internal sealed class LoginLinks(UrlOptions urls, ReturnUrl returnUrl, PublicOrigin publicOrigin)
{
    /// <summary>
    /// A login that leads back to the request, or for a form to the page that held it: a redirect
    /// cannot send a form again.
    /// </summary>
    public string BackTo(AccessRequest request) =>
        request.IsGetOrHead && !request.Target.Path.StartsWith(urls.Prefix, StringComparison.Ordinal)
            ? returnUrl.LoginAgain(returnUrl.FromTarget(request.Target))
            : BackToReferer(request);

    /// <summary>A login that leads back to the page that sent the request.</summary>
    public string BackToReferer(AccessRequest request)
    {
        var origin = publicOrigin.Origin(request);
        var referer = request.Single("Referer");
        var isOfOrigin = referer is not null && referer.StartsWith(origin + "/", StringComparison.Ordinal);
        var target = returnUrl.FromParameter(isOfOrigin ? referer![origin.Length..] : "/");
        return urls.LoginUrl(target.Length == 0 ? "/" : target);
    }
}
