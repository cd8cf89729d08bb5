using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Oidc.Provider;

namespace AuthGateway.Pipeline.Refusals;

/// <summary>
/// Answers that a login is needed: a top-level visit is redirected to the provider. API clients,
/// forms and frames get 401 with the address of the login.
/// </summary>
internal sealed class LoginDemand(
    SessionOptions session,
    ProviderMetadata metadata,
    MachineRefusals machines,
    EndReasons reasons,
    LoginNeededPages loginNeeded,
    LoginRedirect redirect,
    UnavailableWriter unavailable)
{
    public async Task WriteAsync(HttpContext context, AccessRequest request)
    {
        if (!metadata.TryGet(out _))
        {
            await unavailable.WriteAsync(context, request, "OIDC Setup is not complete yet.");
            return;
        }

        if (await machines.TryAnswerAsync(context, request, reasons.FindSentence(request)))
        {
            return;
        }

        await (NavigationRule.Classify(request) switch
        {
            NavigationKind.None => loginNeeded.WriteAsync(context, request, reasons.FindSentence(request)),
            NavigationKind.Frame when !session.CookiePartitioned =>
                loginNeeded.WriteInFrameAsync(context, request, reasons.FindSentence(request)),
            _ => redirect.WriteAsync(context, request),
        });
    }
}
