using AuthGateway.Http;
using AuthGateway.Observability;
using AuthGateway.Pages;
using AuthGateway.Pipeline;

namespace AuthGateway.Endpoints;

/// <summary>
/// A browser on the port of Envoy's checks, allowed to pass: without a page it would see white. The answer stays the 200 of an allowing check with all its
/// headers, and Envoy hands on no body of it, so a check that is taken for a browser's visit changes nothing.
/// </summary>
internal sealed class DirectVisit(PageSender pages, PeerWarnings warnings)
{
    /// <summary>True for a visit of a browser that no Envoy asks about: each HTTP check of one carries these headers.</summary>
    public static bool Is(AccessRequest request) => request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
        && !request.Headers.ContainsKey("x-envoy-internal") && !request.Headers.ContainsKey("x-envoy-expected-rq-timeout-ms")
        && NavigationRule.Classify(request) == NavigationKind.TopLevel;

    public Task AnswerAsync(HttpContext context, AccessRequest request)
    {
        warnings.BrowserAtChecks(request.Peer);
        return pages.SendAsItIsAsync(context, request, StatusCodes.Status200OK, RefusalPages.NothingBehind(RefusalPages.RetryOf(request)));
    }
}
