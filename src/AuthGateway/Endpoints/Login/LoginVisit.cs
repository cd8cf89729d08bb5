using AuthGateway.Access;
using AuthGateway.Http;
using AuthGateway.Oidc.Login;
using AuthGateway.Pipeline;
using AuthGateway.Pipeline.Refusals;

namespace AuthGateway.Endpoints.Login;

/// <summary>
/// The login's address: accepts GET, or a third party's form (OIDC Core §4), by a visit to the
/// public address.
/// </summary>
internal sealed class LoginVisit(
    VisitRule visits, PublicHostRule publicHost, LoginBeginning beginning, DecisionWriter writer)
{
    /// <exception cref="LoginFailedException">The login cannot begin.</exception>
    public async Task HandleAsync(HttpContext context, AccessRequest request)
    {
        if (request.Method is not ("GET" or "POST"))
        {
            await PlainText.WriteBadMethodAsync(context);
            return;
        }

        if (!visits.Allows(request))
        {
            await writer.WriteAsync(context, request, AccessDecision.LoginRequired.Instance);
            return;
        }

        switch (publicHost.Check(request))
        {
            case PublicHostResult.SendTo sendTo:
                sendTo.Write(context);
                return;
            case PublicHostResult.Loop(var failure) when failure != LoginFailure.WrongScheme || !IsAnyway(request):
                throw PublicAddressGuard.Loop(failure, request, "/");
            default:
                await beginning.BeginAsync(context, request);
                return;
        }
    }

    // The user chose to continue although the proxy reports http.
    private static bool IsAnyway(AccessRequest request) =>
        request.Target.Query.Contains("&anyway=1", StringComparison.Ordinal);
}
