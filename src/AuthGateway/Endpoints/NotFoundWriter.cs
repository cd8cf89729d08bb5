using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Pages;
using AuthGateway.Pipeline;

namespace AuthGateway.Endpoints;

/// <summary>
/// Answers 404 for an unknown address below the prefix: a page for a browser, one line of text for
/// other clients.
/// </summary>
internal sealed class NotFoundWriter(UrlOptions urls, PageSender pages)
{
    public Task WriteAsync(HttpContext context, AccessRequest request)
    {
        var isRead = NavigationRule.Classify(request) == NavigationKind.TopLevel
            && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
        return isRead
            ? pages.SendAsync(context, request, 404, RefusalPages.Notice(
                "404 page not found",
                "not_found",
                "This gateway has no such page.",
                new("Home", urls.HomepageUrl, WholeWindow: true)))
            : PlainText.WriteAsync(context, 404, "404 page not found\n");
    }
}
