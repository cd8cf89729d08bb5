using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Http.Headers;
using AuthGateway.Pages;

namespace AuthGateway.Pipeline.Refusals;

/// <summary>
/// Answers that no decision is possible now: the store or the provider does not answer (503), or
/// too many checks of unknown tokens are in progress (429). Both carry <c>Retry-After</c> in
/// seconds.
/// </summary>
internal sealed class UnavailableWriter(UrlOptions urls, MachineRefusals machines, PageSender pages)
{
    public Task WriteAsync(HttpContext context, AccessRequest request, string reason)
    {
        context.Response.Headers.RetryAfter = "5";
        var shown = RefusalPages.PublicReason(reason);
        if (machines.TryAnswerUnavailable(context, request, shown) is { } answered)
        {
            return answered;
        }

        return NavigationRule.Classify(request) == NavigationKind.None && request.EntryPoint != EntryPoint.ExtAuthz
            ? PlainText.WriteAsync(context, PageSender.StatusFor(request.EntryPoint, 503), shown)
            : pages.SendAsync(
                context, request, 503, RefusalPages.Unavailable(shown, RefusalPages.RetryOf(request), urls));
    }

    public static Task WriteBusyAsync(HttpContext context, string reason)
    {
        context.Response.Headers.RetryAfter = "2";
        SecurityHeaders.Secure(context.Response.Headers);
        return PlainText.WriteAsync(context, StatusCodes.Status429TooManyRequests, reason);
    }
}
