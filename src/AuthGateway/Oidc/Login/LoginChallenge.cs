using AuthGateway.Http;
using AuthGateway.Oidc.Login.Attempts;
using AuthGateway.Oidc.Provider;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;

namespace AuthGateway.Oidc.Login;

/// <summary>
/// Redirects to the authorization endpoint with the sealed state of an attempt, by the handler's
/// challenge.
/// </summary>
internal sealed class LoginChallenge(
    IOptionsMonitor<OpenIdConnectOptions> options, LoginStateProtector states, TimeProvider time)
{
    /// <summary>Answers with 302, or 303 after a POST.</summary>
    public async Task WriteAsync(HttpContext context, AccessRequest request, LoginAttempt attempt)
    {
        var handler = await LoginHandler.ForAsync(context, options);
        var properties = new AuthenticationProperties(new Dictionary<string, string?>
        {
            ["sealed"] = states.SealLogin(attempt.ToState(time.GetUtcNow())),
        })
        {
            RedirectUri = "/",
        };
        await handler.ChallengeAsync(properties);
        if (request.Method == "POST")
        {
            context.Response.StatusCode = StatusCodes.Status303SeeOther;
        }

        // oidc-authservice wrote spaces as '+', and scripts compare the address.
        var location = EndpointQuery.LastOfEach(context.Response.Headers.Location.ToString());
        var question = location.IndexOf('?', StringComparison.Ordinal);
        context.Response.Headers.Location = question < 0
            ? location
            : location[..question] + location[question..].Replace("%20", "+", StringComparison.Ordinal);
    }
}
