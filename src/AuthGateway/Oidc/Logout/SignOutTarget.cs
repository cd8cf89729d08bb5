using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Oidc.Login;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthGateway.Oidc.Logout;

/// <summary>
/// Where a browser goes after a logout: the parameter <c>rd</c>, as oauth2-proxy has it
/// (<c>OAUTH2_ADDRESSES</c>).
/// </summary>
internal sealed class SignOutTarget(UrlOptions urls, ReturnUrl returnUrl)
{
    public UrlOptions Urls => urls;

    /// <summary>
    /// A path of this origin; another target becomes <c>/</c>. Null without one, with two, and
    /// without <c>OAUTH2_ADDRESSES</c>.
    /// </summary>
    public string? Of(AccessRequest request) =>
        urls.Oauth2Addresses
        && QueryHelpers.ParseQuery(request.Target.Query.ToString()).TryGetValue("rd", out var rd)
        && rd is [{ Length: > 0 } only]
            ? returnUrl.LocationOf(returnUrl.FromParameter(only))
            : null;
}
