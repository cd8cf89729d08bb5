using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Oidc.Login.Attempts;
using AuthGateway.Oidc.Provider;
using AuthGateway.Pages;
using AuthGateway.Sessions.Store;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;

namespace AuthGateway.Oidc.Login;

/// <summary>
/// Redirects a browser to the provider: creates the attempt, its cookie and its sealed state, and
/// runs the handler's challenge.
/// </summary>
internal sealed class LoginStarter(
    GatewayOptions gateway,
    IOptionsMonitor<OpenIdConnectOptions> options,
    LoginCookies cookies,
    LoginReadiness readiness,
    LoginStateProtector states,
    TimeProvider time)
{
    /// <summary>
    /// Answers with 302 (303 after a POST) to the authorization endpoint, or returns the page that
    /// keeps the fragment first, which the caller sends.
    /// </summary>
    /// <exception cref="LoginFailedException">
    /// The provider is not known, the store accepts no session, a pushed authorization request
    /// failed, or this browser is in a login loop.
    /// </exception>
    public async Task<PageContent?> StartAsync(HttpContext context, AccessRequest request, LoginStart start)
    {
        if (readiness.FindFailure(request) is { } failure)
        {
            throw new LoginFailedException(failure) { ReturnPath = start.ReturnPath };
        }

        start = start with { KeepsFragment = KeepsFragment(request, start) };
        var attempt = cookies.Begin(request, start);
        context.Items[LoginHandler.AttemptKey] = attempt;
        var calls = ProviderCalls.Begin();
        try
        {
            await ChallengeAsync(context, request, attempt);
        }
        catch (Exception e) when (e is not LoginFailedException && !context.RequestAborted.IsCancellationRequested)
        {
            var failed = FailureReader.Read(e, calls);
            failed.ReturnPath = start.ReturnPath;
            throw failed;
        }

        cookies.Issue(request, context.Response.Headers, attempt);
        return start.KeepsFragment ? TakePage(context.Response) : null;
    }

    // Only a browser runs the page's script; every other client gets the redirect. Traefik and
    // Caddy take any 2xx of a check for "allow".
    private bool KeepsFragment(AccessRequest request, LoginStart start) =>
        gateway.Pages.KeepFragment
        && request.EntryPoint is EntryPoint.Inline or EntryPoint.ExtAuthz
        && start.IsVisit
        && gateway.Urls.AfterLoginUrl is null
        && request.Method == "GET"
        && request.Single("Sec-Fetch-Mode") == "navigate"
        && request.Single("Sec-Fetch-Dest") == "document";

    private PageContent TakePage(HttpResponse response)
    {
        var address = response.Headers.Location.ToString();
        response.Headers.Remove("Location");
        return LoginPages.KeepFragment(gateway.Urls.Prefix, address);
    }

    private async Task ChallengeAsync(HttpContext context, AccessRequest request, LoginAttempt attempt)
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
