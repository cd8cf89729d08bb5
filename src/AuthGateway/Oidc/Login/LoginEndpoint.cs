using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Oidc.Provider;
using AuthGateway.Sessions;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace AuthGateway.Oidc.Login;

/// <summary>
/// Starts a login: <c>P/login?return_url=&amp;prompt=login</c>. Without a return address the login
/// ends on the page "You are logged in".
/// </summary>
/// <remarks>
/// <c>rd</c> is an alias of <c>return_url</c> (ingress-nginx). <c>moved=1</c> at the end marks an
/// address made by <see cref="ReturnUrl.Moved"/>. A third party may initiate a login (OIDC Core §4)
/// by GET or POST: <c>iss</c>, <c>target_link_uri</c>, <c>login_hint</c>.
/// </remarks>
internal sealed class LoginEndpoint(
    GatewayOptions options, LoginStarter flow, ReturnUrl returnUrl, BrowserSession browser)
{
    private const int MaxHint = 256;

    // The first one present is used.
    private static readonly string[] Targets = ["return_url", "rd", "target_link_uri"];

    /// <param name="context">Receives the response.</param>
    /// <param name="request">Its query is read.</param>
    /// <param name="form">
    /// The form parameters as a query without the question mark; empty when there are none.
    /// </param>
    /// <exception cref="LoginFailedException">
    /// The login cannot start, or <c>iss</c> names another provider.
    /// </exception>
    public async Task HandleAsync(HttpContext context, AccessRequest request, string form)
    {
        var query = Parameters(request.Target.Query.ToString(), form);
        if (OtherIssuer(query) is { } issuer)
        {
            throw new LoginFailedException(
                LoginFailure.WrongIssuer,
                $"This login was asked for at the provider \"{LogText.Of(issuer)}\"; "
                + $"OIDC_PROVIDER is \"{options.Provider.Issuer}\".");
        }

        var path = returnUrl.FromParameter(TargetOf(query));
        if (returnUrl.WasMoved(request.Target)
            && await browser.FindAsync(request, context.RequestAborted) is not null)
        {
            // The browser has a session: it does not send its cookie on plain http, where the visit
            // began.
            context.Response.Redirect(returnUrl.LocationOf(path));
            return;
        }

        var prompt = Only(query, "prompt") == "login" ? "login" : null;
        await flow.StartAsync(context, request, new LoginStart(path, Prompt: prompt) { LoginHint = HintOf(query) });
    }

    private string? OtherIssuer(Dictionary<string, StringValues> query) =>
        query.GetValueOrDefault("iss").FirstOrDefault(
            value => !string.IsNullOrEmpty(value) && value != options.Provider.Issuer);

    private static string? TargetOf(Dictionary<string, StringValues> query) =>
        Targets.Select(name => Only(query, name)).FirstOrDefault(value => value is not null);

    private static string? HintOf(Dictionary<string, StringValues> query) =>
        Only(query, "login_hint") is { Length: <= MaxHint } hint && !hint.Any(char.IsControl) ? hint : null;

    private static string? Only(Dictionary<string, StringValues> query, string name) =>
        query.TryGetValue(name, out var value) && value.Count == 1 && value[0] is { Length: > 0 } only ? only : null;

    private static Dictionary<string, StringValues> Parameters(string query, string form) =>
        QueryHelpers.ParseQuery(form.Length == 0 ? query : query.Length == 0 ? "?" + form : $"{query}&{form}");
}
