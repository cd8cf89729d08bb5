using AuthGateway.Authentication;
using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Sessions;

namespace AuthGateway.Pipeline;

/// <summary>
/// Refusals for programs without a session: 401 with JSON, another status for background probes
/// (<see cref="ProbeTable"/>), and a self-removing script for a browser's request for a service
/// worker.
/// </summary>
internal sealed class MachineRefusals(
    GatewayOptions options,
    ProbeTable probes,
    WorkerRemoval workers,
    SkipAuthRules skipAuth,
    SessionTraces traces,
    BasicCredentials basic)
{
    /// <summary>
    /// Writes the refusal. Returns false when a user reads the response: a navigation, or a request
    /// of <see cref="NavigationRule.IsReadByUser"/>.
    /// </summary>
    public async Task<bool> TryAnswerAsync(HttpContext context, AccessRequest request, string? reason)
    {
        if (workers.Answers(request))
        {
            await WorkerRemoval.WriteAsync(context, request);
            return true;
        }

        var probe = probes.StatusFor(request);
        if (probe is null
            && !IsApi(request)
            && !basic.NeedsChallenge(request)
            && (NavigationRule.Classify(request) != NavigationKind.None || NavigationRule.IsReadByUser(request)))
        {
            return false;
        }

        traces.ClearCacheNowAndThen(context.Response.Headers, request);
        ReloadHtmx(context.Response.Headers, request);
        await Unauthorized.WriteLoginRequiredAsync(
            context, LoginUrl, reason, probe ?? StatusCodes.Status401Unauthorized, basic.AcceptsChallenge(request));
        return true;
    }

    /// <summary>
    /// Writes the refusal while authentication is unavailable: gRPC has a status of its own, and a
    /// probe behind Envoy, where a 503 would become 403, gets the status of its row. Null for all
    /// other requests.
    /// </summary>
    public Task? TryAnswerUnavailable(HttpContext context, AccessRequest request, string reason)
    {
        if (GrpcRefusal.Wants(context) && request.EntryPoint != EntryPoint.ExtAuthz)
        {
            return GrpcRefusal.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, reason);
        }

        return request.EntryPoint == EntryPoint.ExtAuthz && probes.StatusFor(request) is { } status
            ? PlainText.WriteAsync(context, status, reason)
            : null;
    }

    private string LoginUrl => (options.Urls.PublicOrigin ?? "") + options.Urls.Prefix + "login";

    private bool IsApi(AccessRequest request)
    {
        foreach (var path in options.Access.ApiPaths)
        {
            if (request.Target.IsAtOrBelow(path))
            {
                return true;
            }
        }

        return false;
    }

    // htmx would insert the JSON into the page. With this header it reloads the page, which leads
    // to the login. A public page would be reloaded without end.
    private void ReloadHtmx(IHeaderDictionary headers, AccessRequest request)
    {
        if (request.Single("HX-Request") == "true" && !IsPublic(request.Single("HX-Current-URL")))
        {
            headers["HX-Refresh"] = "true";
        }
    }

    private bool IsPublic(string? page) => Uri.TryCreate(page, UriKind.Absolute, out var address)
        && RequestTarget.TryParse(address.PathAndQuery, out var target) && skipAuth.Matches(target);
}
