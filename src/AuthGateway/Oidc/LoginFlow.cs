using AuthGateway.Configuration;
using AuthGateway.Model;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;

namespace AuthGateway.Oidc;

/// <summary>Sends a browser to the provider: a new attempt, its cookie, its sealed state, and the handler's challenge.</summary>
internal sealed class LoginFlow(IOptionsMonitor<OpenIdConnectOptions> options, LoginCookies cookies, SealedStates states, ProviderMetadata metadata, TimeProvider time)
{
    private const int MaxLoginsInAMinute = 3;

    /// <summary>302 to the authorization endpoint.</summary>
    /// <exception cref="LoginFailedException">The provider is not known, a pushed request failed, or this browser logs in in circles.</exception>
    public async Task StartAsync(HttpContext context, AccessRequest request, LoginStart start)
    {
        if (!metadata.TryGet(out _))
        {
            throw new LoginFailedException(LoginFailure.ProviderUnavailable);
        }

        if (cookies.RecentLogins(request).Count >= MaxLoginsInAMinute)
        {
            throw new LoginFailedException(LoginFailure.TooManyLogins);
        }

        var attempt = LoginAttempt.Start(time.GetUtcNow(), start.ReturnPath, start.Retries, start.Prompt);
        context.Items[LoginHandler.AttemptKey] = attempt;
        try
        {
            await ChallengeAsync(context, attempt);
        }
        catch (Exception e) when (e is not LoginFailedException && !context.RequestAborted.IsCancellationRequested)
        {
            throw FailureReader.Read(e);
        }

        cookies.Issue(request, context.Response.Headers, attempt);
    }

    private async Task ChallengeAsync(HttpContext context, LoginAttempt attempt)
    {
        var handler = await LoginHandler.ForAsync(context, options);
        var properties = new AuthenticationProperties(new Dictionary<string, string?> { ["sealed"] = states.SealLogin(attempt.ToState(time.GetUtcNow())) })
        {
            RedirectUri = "/",
        };
        await handler.ChallengeAsync(properties);

        // The old service wrote blanks as '+', and scripts compare.
        var location = context.Response.Headers.Location.ToString();
        var question = location.IndexOf('?', StringComparison.Ordinal);
        context.Response.Headers.Location = question < 0 ? location : location[..question] + location[question..].Replace("%20", "+", StringComparison.Ordinal);
    }
}

/// <param name="ReturnPath">A path that <see cref="ReturnUrl"/> has accepted.</param>
/// <param name="Retries">How many automatic new logins came before.</param>
/// <param name="Prompt"><c>login</c> demands a fresh login (OIDC Core §3.1.2.1).</param>
internal sealed record LoginStart(string ReturnPath, int Retries = 0, string? Prompt = null);
