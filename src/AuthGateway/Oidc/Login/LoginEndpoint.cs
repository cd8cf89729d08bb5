using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Oidc.Provider;
using AuthGateway.Sessions;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace AuthGateway.Oidc.Login;

/// <summary>
/// <c>P/login?return_url=&amp;prompt=login</c>: to the provider; without a return address it ends on "You are logged in". <c>rd</c> is another name of
/// <c>return_url</c> (ingress-nginx). <c>moved=1</c> at the end says that <see cref="ReturnUrl.Moved"/> led here. A third party may begin a login too (OIDC Core §4), by GET or by a form: <c>iss</c>, <c>target_link_uri</c>, <c>login_hint</c>.
/// </summary>
internal sealed class LoginEndpoint(GatewayOptions options, LoginStarter flow, ReturnUrl returnUrl, BrowserSession browser)
{
    private const int MaxHint = 256;

    // The first that is there counts.
    private static readonly string[] Targets = ["return_url", "rd", "target_link_uri"];

    /// <param name="context">Gets the answer.</param>
    /// <param name="request">Its query counts.</param>
    /// <param name="form">A form's parameters as a query without its question mark; empty when there is none.</param>
    /// <exception cref="LoginFailedException">The login cannot begin, or <c>iss</c> names another provider.</exception>
    public async Task HandleAsync(HttpContext context, AccessRequest request, string form)
    {
        var query = Parameters(request.Target.Query.ToString(), form);
        if (query.GetValueOrDefault("iss").FirstOrDefault(value => !string.IsNullOrEmpty(value) && value != options.Provider.Issuer) is { } issuer)
        {
            throw new LoginFailedException(LoginFailure.WrongIssuer, $"This login was asked for at the provider \"{LogText.Of(issuer)}\"; OIDC_PROVIDER is \"{options.Provider.Issuer}\".");
        }

        var path = returnUrl.FromParameter(TargetOf(query));
        if (returnUrl.WasMoved(request.Target) && await browser.FindAsync(request, context.RequestAborted) is not null)
        {
            // It was on plain http that the browser did not show its session.
            context.Response.Redirect(returnUrl.LocationOf(path));
            return;
        }

        var prompt = Only(query, "prompt") == "login" ? "login" : null;
        await flow.StartAsync(context, request, new LoginStart(path, Prompt: prompt) { LoginHint = HintOf(query) });
    }

    private static string? TargetOf(Dictionary<string, StringValues> query) => Targets.Select(name => Only(query, name)).FirstOrDefault(value => value is not null);

    private static string? HintOf(Dictionary<string, StringValues> query) =>
        Only(query, "login_hint") is { Length: <= MaxHint } hint && !hint.Any(char.IsControl) ? hint : null;

    private static string? Only(Dictionary<string, StringValues> query, string name) => query.TryGetValue(name, out var value) && value.Count == 1 && value[0] is { Length: > 0 } only ? only : null;

    private static Dictionary<string, StringValues> Parameters(string query, string form) =>
        QueryHelpers.ParseQuery(form.Length == 0 ? query : query.Length == 0 ? "?" + form : $"{query}&{form}");
}
