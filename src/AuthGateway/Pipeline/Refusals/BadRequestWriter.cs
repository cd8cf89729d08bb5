using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Pages;

namespace AuthGateway.Pipeline.Refusals;

/// <summary>Answers a request that contradicts itself: a 400 page with the reason.</summary>
internal sealed class BadRequestWriter(UrlOptions urls, PageSender pages)
{
    public Task WriteAsync(HttpContext context, AccessRequest request, string reason) =>
        pages.SendAsync(context, request, 400, RefusalPages.BadRequest(reason, urls, RefusalPages.RetryOf(request)));
}
