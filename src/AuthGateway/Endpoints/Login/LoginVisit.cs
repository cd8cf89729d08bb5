using AuthGateway.Access;
using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Oidc.Login;
using AuthGateway.Pages;
using AuthGateway.Pipeline;
using AuthGateway.Pipeline.Refusals;

namespace AuthGateway.Endpoints.Login;

/// <summary>
/// The login's address: accepts GET, or a third party's form (OIDC Core §4), by a visit to the
/// public address.
/// </summary>
internal sealed class LoginVisit(
    UrlOptions urls,
    VisitRule visits,
    LoginForm forms,
    LoginEndpoint login,
    PublicHostRule publicHost,
    DecisionWriter writer,
    PageSender pages)
{
    private const string LostForm =
        "This login was asked for by a form (POST). Behind Envoy no form reaches the gateway, so nothing of it was read. "
        + "Whoever links here: use GET, with the same parameters in the address.";

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

        switch (publicHost.Judge(request))
        {
            case PublicHostResult.SendTo sendTo:
                sendTo.Write(context);
                return;
            case PublicHostResult.Loop(var failure) when failure != LoginFailure.WrongScheme || !IsAnyway(request):
                throw PublicAddressGuard.Loop(failure, request, "/");
            default:
                await BeginAsync(context, request);
                return;
        }
    }

    // The user chose to continue although the proxy reports http.
    private static bool IsAnyway(AccessRequest request) =>
        request.Target.Query.Contains("&anyway=1", StringComparison.Ordinal);

    private async Task BeginAsync(HttpContext context, AccessRequest request)
    {
        var (form, error) = await forms.ReadAsync(context, request);
        await (error switch
        {
            LoginFormError.NotInACheck => pages.SendAsync(context, request, 400, RefusalPages.Notice(
                "Log in by a link", "login_form_lost", LostForm, new("Log in", urls.LoginUrl("/"), WholeWindow: true))),
            LoginFormError.OtherType => PlainText.WriteAsync(
                context, 415, "The body of a login is a form (application/x-www-form-urlencoded), or there is none.\n"),
            LoginFormError.TooMany => PlainText.WriteAsync(
                context, 400, $"The form has more than {GatewayEndpoints.MaxParameters} parameters.\n"),
            _ => login.HandleAsync(context, request, form),
        });
    }
}
