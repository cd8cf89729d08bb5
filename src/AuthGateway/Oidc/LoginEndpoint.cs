using AuthGateway.Configuration;
using AuthGateway.Model;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace AuthGateway.Oidc;

/// <summary>
/// <c>P/login?return_url=&amp;prompt=login</c>: to the provider; without a return address it ends on "You are logged in". <c>rd</c> is another name of
/// <c>return_url</c> (ingress-nginx). A third party may begin a login too (OIDC Core §4), by GET or by a form: <c>iss</c>, <c>target_link_uri</c>, <c>login_hint</c>.
/// </summary>
internal sealed class LoginEndpoint(GatewayOptions options, LoginFlow flow, ReturnUrl returnUrl)
{
    private const int MaxParameters = 100;
    private const int MaxHint = 256;

    // The first that is there counts.
    private static readonly string[] Targets = ["return_url", "rd", "target_link_uri"];

    /// <exception cref="LoginFailedException">The login cannot begin, or <c>iss</c> names another provider.</exception>
    public async Task HandleAsync(HttpContext context, AccessRequest request)
    {
        var query = await ParametersAsync(context, request);
        if (Only(query, "iss") is { } issuer && issuer != options.Provider.Issuer)
        {
            throw new LoginFailedException(LoginFailure.WrongIssuer, $"This login was asked for at the provider \"{LogText.Of(issuer)}\"; OIDC_PROVIDER is \"{options.Provider.Issuer}\".");
        }

        var prompt = Only(query, "prompt") == "login" ? "login" : null;
        await flow.StartAsync(context, request, new LoginStart(returnUrl.FromParameter(TargetOf(query)), Prompt: prompt) { LoginHint = HintOf(query) });
    }

    private static string? TargetOf(Dictionary<string, StringValues> query) => Targets.Select(name => Only(query, name)).FirstOrDefault(value => value is not null);

    private static string? HintOf(Dictionary<string, StringValues> query) =>
        Only(query, "login_hint") is { Length: <= MaxHint } hint && !hint.Any(char.IsControl) ? hint : null;

    private static string? Only(Dictionary<string, StringValues> query, string name) => query.TryGetValue(name, out var value) && value.Count == 1 && value[0] is { Length: > 0 } only ? only : null;

    private static async Task<Dictionary<string, StringValues>> ParametersAsync(HttpContext context, AccessRequest request)
    {
        var text = request.Target.Query.ToString();
        if (request.Method == "POST" && context.Request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true)
        {
            using var reader = new StreamReader(context.Request.Body);
            text = (text.Length == 0 ? "?" : text + "&") + await reader.ReadToEndAsync(context.RequestAborted);
        }

        // Cheap refusals first: splitting is what a long query costs.
        return text.AsSpan().Count('&') >= MaxParameters ? [] : QueryHelpers.ParseQuery(text);
    }
}
