using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Oidc.Login.Attempts;
using AuthGateway.Oidc.Provider;
using AuthGateway.Pages;

namespace AuthGateway.Oidc.Login;

/// <summary>
/// Redirects a browser to the provider: creates the attempt, its cookie and its sealed state, and
/// runs the handler's challenge.
/// </summary>
internal sealed class LoginStarter(
    GatewayOptions options, LoginCookies cookies, LoginReadiness readiness, LoginChallenge challenge)
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
            await challenge.WriteAsync(context, request, attempt);
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
        options.Pages.KeepFragment
        && request.EntryPoint is EntryPoint.Inline or EntryPoint.ExtAuthz
        && start.IsVisit
        && options.Urls.AfterLoginUrl is null
        && request.Method == "GET"
        && request.Single("Sec-Fetch-Mode") == "navigate"
        && request.Single("Sec-Fetch-Dest") == "document";

    private PageContent TakePage(HttpResponse response)
    {
        var address = response.Headers.Location.ToString();
        response.Headers.Remove("Location");
        return LoginPages.KeepFragment(options.Urls.Prefix, address);
    }
}
