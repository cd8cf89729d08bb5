using AuthGateway.Http;
using AuthGateway.Observability;
using AuthGateway.Pages;
using AuthGateway.Pipeline;

namespace AuthGateway.Endpoints;

/// <summary>
/// Answers an allowed browser that connected to the port of Envoy's checks itself: a page instead
/// of an empty body.
/// </summary>
/// <remarks>
/// The answer stays the 200 of an allowing check with all its headers, and Envoy forwards no body
/// of it. A check that is mistaken for a browser's visit therefore changes nothing.
/// </remarks>
internal sealed class DirectVisit(PageSender pages, PeerWarnings warnings)
{
    /// <summary>
    /// True for every check of Envoy: each HTTP check carries <c>x-envoy-internal</c> or
    /// <c>x-envoy-expected-rq-timeout-ms</c>. So may a request that Envoy forwards.
    /// </summary>
    public static bool IsFromEnvoy(AccessRequest request) =>
        request.Headers.ContainsKey("x-envoy-internal")
        || request.Headers.ContainsKey("x-envoy-expected-rq-timeout-ms");

    /// <summary>True for a browser's visit that is not a check.</summary>
    public static bool Is(AccessRequest request) =>
        request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
        && !IsFromEnvoy(request)
        && NavigationRule.Classify(request) == NavigationKind.TopLevel;

    public Task AnswerAsync(HttpContext context, AccessRequest request)
    {
        warnings.WarnBrowserAtChecks(request.Peer);
        return pages.SendUnmappedAsync(
            context, request, StatusCodes.Status200OK, RefusalPages.NothingBehind(RefusalPages.RetryOf(request)));
    }
}
