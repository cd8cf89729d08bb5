using AuthGateway.Access;
using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Pages;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Endpoints;

/// <summary>
/// Serves the pages of oidc-authservice: <c>site/homepage</c>, <c>site/after_logout</c> and
/// <c>site/themes/…</c>, on the web port and below the prefix.
/// </summary>
internal sealed class SiteEndpoint(
    GatewayOptions options, BrowserSession browser, PageSender pages, SessionTraces traces)
{
    private const string Themes = "site/themes/";
    private const string ClearingImage = "site/" + SitePages.ClearingImage;
    private static readonly byte[] Dot =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\" height=\"1\"/>"u8.ToArray();

    /// <summary>Serves the pages below the prefix.</summary>
    public Task HandleBelowPrefixAsync(HttpContext context, AccessRequest request) =>
        HandleAsync(context, request, request.Target.Path[options.Urls.Prefix.Length..].ToString());

    /// <param name="context">The exchange that is answered.</param>
    /// <param name="request">The request.</param>
    /// <param name="path">The path after the first slash or the prefix.</param>
    public Task HandleAsync(HttpContext context, AccessRequest request, string path)
    {
        var page = path switch
        {
            "site/homepage" => SitePages.Homepage(options.Pages.ClientName),
            "site/after_logout" => SitePages.AfterLogout(options.Pages.ClientName, options.Browser.ClearCache),
            _ => null,
        };
        byte[]? content = null;
        var contentType = "";
        if (path == ClearingImage)
        {
            // By now the browser has put the previous page into its back/forward cache.
            (content, contentType) = (Dot, "image/svg+xml");
            traces.ClearCache(context.Response.Headers);
        }
        else if (page is null
            && !(path.StartsWith(Themes, StringComparison.Ordinal)
                && ThemeFiles.TryGet(path[Themes.Length..], out content, out contentType!)))
        {
            return PlainText.WriteAsync(context, 404, "404 page not found\n");
        }

        if (!request.IsGetOrHead)
        {
            return PlainText.WriteBadMethodAsync(context);
        }

        if (path == "site/after_logout")
        {
            // A page that logged out in one step is cached after the header of that answer was
            // read. This answer comes later.
            traces.ClearCache(context.Response.Headers);
            return ShowAfterLogoutAsync(context, request);
        }

        return page is not null
            ? pages.SendAsync(context, request, 200, page)
            : SendFileAsync(
                context, content!, contentType, path == ClearingImage ? "no-store" : "public, max-age=3600");
    }

    // The address can be opened without a logout: the page shows whether this browser is logged in.
    private async Task ShowAfterLogoutAsync(HttpContext context, AccessRequest request)
    {
        var page = SitePages.AfterLogout(options.Pages.ClientName, options.Browser.ClearCache);
        try
        {
            if (await browser.FindAsync(request, context.RequestAborted) is { } live)
            {
                page = SitePages.StillLoggedIn(live.Session.Identity.UserId, options.Urls.Prefix);
            }
        }
        catch (StoreUnavailableException)
        {
            page = SitePages.LogoutUnknown(options.Urls.Prefix);
        }

        await pages.SendAsync(context, request, 200, page);
    }

    private static Task SendFileAsync(HttpContext context, byte[] content, string contentType, string caching)
    {
        context.Response.ContentType = contentType;
        context.Response.ContentLength = content.Length;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = caching;
        context.Response.Headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'";
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.Body.WriteAsync(content).AsTask();
    }
}
