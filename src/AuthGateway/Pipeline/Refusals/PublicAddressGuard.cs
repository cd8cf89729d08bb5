using AuthGateway.Http;
using AuthGateway.Observability;
using AuthGateway.Oidc.Login;
using AuthGateway.Oidc.Provider;

namespace AuthGateway.Pipeline.Refusals;

/// <summary>
/// Lets a login begin at the public address only. A browser at another address is redirected there
/// first, because the login cookie would not reach the callback. Refuses a login for the provider's
/// own page behind this gateway.
/// </summary>
internal sealed class PublicAddressGuard(
    PublicHostRule publicHost, ProviderPath provider, LoginFailureWriter failures)
{
    /// <returns>False when the login may begin here; true when the answer was written.</returns>
    public async Task<bool> TryAnswerAsync(HttpContext context, AccessRequest request, string returnPath)
    {
        switch (publicHost.Check(request))
        {
            case PublicHostResult.SendTo sendTo:
                sendTo.Write(context);
                return true;
            case PublicHostResult.Loop(var failure):
                await failures.WriteAsync(context, request, Loop(failure, request, returnPath));
                return true;
            case PublicHostResult.Right when provider.Holds(request.Target):
                await failures.WriteAsync(context, request, new LoginFailedException(
                    LoginFailure.ProviderNotPublic,
                    $"SKIP_AUTH_URLS must cover {RequestLog.PathOf(request.Target)}, the provider's own address."));
                return true;
            default:
                return false;
        }
    }

    /// <summary>
    /// The failure of a visit that came back unchanged after a redirect to the public address.
    /// </summary>
    public static LoginFailedException Loop(
        LoginFailure failure, AccessRequest request, string returnPath) => new(failure)
        {
            ReturnPath = returnPath,
            Reason = $"A browser was sent to the public address and came again by host \"{LogText.Of(request.Host)}\", "
            + $"X-Forwarded-Proto \"{LogText.Of(request.Headers["X-Forwarded-Proto"].ToString())}\". {failure.Advice}",
        };
}
