using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Oidc.Login;
using AuthGateway.Pages;
using AuthGateway.Pipeline;

namespace AuthGateway.Endpoints.Login;

/// <summary>
/// Begins a login with the parameters of its query or its form, or answers why the form is refused.
/// </summary>
internal sealed class LoginBeginning(UrlOptions urls, LoginForm forms, LoginEndpoint login, PageSender pages)
{
    private const string LostForm =
        "This login was asked for by a form (POST). Behind Envoy no form reaches the gateway, so nothing of it was read. "
        + "Whoever links here: use GET, with the same parameters in the address.";

    /// <exception cref="LoginFailedException">The login cannot begin.</exception>
    public async Task BeginAsync(HttpContext context, AccessRequest request)
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
