using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Http.Headers;
using AuthGateway.Oidc.Provider;
using AuthGateway.Pages;

namespace AuthGateway.Pipeline.Refusals;

/// <summary>
/// Answers that no decision is possible now: the store or the provider does not answer (503), or
/// too many checks of unknown tokens are in progress (429). Both carry <c>Retry-After</c> in
/// seconds.
/// </summary>
internal sealed class UnavailableWriter(
    UrlOptions urls, ProbeTable probes, ProviderMetadata metadata, PageSender pages)
{
    /// <summary>Writes the answer while the provider's metadata is not known yet.</summary>
    /// <returns>False when the metadata is known.</returns>
    public async Task<bool> TryAnswerSetupAsync(HttpContext context, AccessRequest request)
    {
        if (metadata.TryGet(out _))
        {
            return false;
        }

        await WriteAsync(context, request, "OIDC Setup is not complete yet.");
        return true;
    }

    public Task WriteAsync(HttpContext context, AccessRequest request, string reason)
    {
        context.Response.Headers.RetryAfter = "5";
        var shown = RefusalPages.PublicReason(reason);
        if (TryAnswerMachine(context, request, shown) is { } answered)
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

    // gRPC has a status of its own. A probe behind Envoy, where a 503 would become 403, gets the
    // status of its row. Null for all other requests.
    private Task? TryAnswerMachine(HttpContext context, AccessRequest request, string reason)
    {
        if (GrpcRefusal.Wants(context) && request.EntryPoint != EntryPoint.ExtAuthz)
        {
            return GrpcRefusal.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, reason);
        }

        return request.EntryPoint == EntryPoint.ExtAuthz && probes.StatusFor(request) is { } status
            ? PlainText.WriteAsync(context, status, reason)
            : null;
    }
}
