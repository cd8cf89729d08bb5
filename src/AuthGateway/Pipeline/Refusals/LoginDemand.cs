using AuthGateway.Http;

namespace AuthGateway.Pipeline.Refusals;

/// <summary>
/// Answers that a login is needed: a top-level visit is redirected to the provider. API clients,
/// forms and frames get 401 with the address of the login.
/// </summary>
internal sealed class LoginDemand(
    MachineRefusals machines,
    EndReasons reasons,
    LoginNeededPages loginNeeded,
    LoginRedirect redirect,
    UnavailableWriter unavailable)
{
    public async Task WriteAsync(HttpContext context, AccessRequest request)
    {
        if (await unavailable.TryAnswerSetupAsync(context, request))
        {
            return;
        }

        var reason = reasons.FindSentence(request);
        if (!await machines.TryAnswerAsync(context, request, reason)
            && !await loginNeeded.TryAnswerAsync(context, request, reason))
        {
            await redirect.WriteAsync(context, request);
        }
    }
}
