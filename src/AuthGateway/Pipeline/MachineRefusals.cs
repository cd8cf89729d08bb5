using AuthGateway.Authentication;
using AuthGateway.Configuration;
using AuthGateway.Http;

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
    EndedPage endedPage,
    HeaderCredentials credentials)
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
            && !credentials.NeedsChallenge(request)
            && (NavigationRule.Classify(request) != NavigationKind.None || NavigationRule.IsReadByUser(request)))
        {
            return false;
        }

        endedPage.Write(context.Response.Headers, request);
        await Unauthorized.WriteLoginRequiredAsync(
            context,
            LoginUrl,
            reason,
            probe ?? StatusCodes.Status401Unauthorized,
            credentials.AcceptsChallenge(request));
        return true;
    }

    private string LoginUrl => (options.Urls.PublicOrigin ?? "") + options.Urls.Prefix + "login";

    private bool IsApi(AccessRequest request)
    {
        foreach (var pattern in options.Access.ApiPaths)
        {
            if (pattern.Matches(request.Method, request.Target.Path)
                || pattern.Matches(request.Method, request.Target.DecodePath()))
            {
                return true;
            }
        }

        return false;
    }
}
