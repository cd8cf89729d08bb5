using AuthGateway.Model;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthGateway.Oidc;

/// <summary><c>GET P/login?return_url=&amp;prompt=login</c>: to the provider; without a return address it ends on "You are logged in".</summary>
internal sealed class LoginEndpoint(LoginFlow flow, ReturnUrl returnUrl)
{
    public Task HandleAsync(HttpContext context, AccessRequest request)
    {
        var query = QueryHelpers.ParseQuery(request.Target.Query.ToString());
        var target = query.TryGetValue("return_url", out var value) && value.Count == 1 ? value.ToString() : null;
        var prompt = query.TryGetValue("prompt", out var asked) && asked.ToString() == "login" ? "login" : null;
        return flow.StartAsync(context, request, new LoginStart(returnUrl.FromParameter(target), Prompt: prompt));
    }
}
