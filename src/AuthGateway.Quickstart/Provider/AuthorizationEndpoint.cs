using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthGateway.Quickstart.Provider;

/// <summary>Authorization endpoint (OIDC Core §3.1.2): a logged-in browser gets a code, any other the login page.</summary>
internal sealed class AuthorizationEndpoint(ProviderSessions sessions, UserDirectory users, TimeProvider time)
{
    public IResult Handle(HttpContext context)
    {
        var request = context.GetOpenIddictServerRequest() ?? throw new InvalidOperationException("OpenIddict did not read this request.");
        var session = sessions.Find(context.Request);
        var user = users.Find(session?.Subject);
        if (session is null || user is null || MustLogInAgain(request, session))
        {
            return request.HasPromptValue(PromptValues.None)
                ? Refusal.Of(Errors.LoginRequired, "Nobody is logged in.")
                : Results.Redirect(LoginAddress(context.Request));
        }

        session.Join(request.ClientId!);
        var principal = TokenPrincipal.Create(user, session.Sid, session.AuthenticatedAt, request.GetScopes());
        return Results.SignIn(principal, authenticationScheme: OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
    }

    private bool MustLogInAgain(OpenIddictRequest request, ProviderSession session)
    {
        var fresh = session.TakeFreshLogin();
        if (fresh)
        {
            return false;
        }

        var tooOld = request.MaxAge is { } seconds && time.GetUtcNow() - session.AuthenticatedAt > TimeSpan.FromSeconds(seconds);
        return tooOld || request.HasPromptValue(PromptValues.Login) || request.HasPromptValue(PromptValues.SelectAccount);
    }

    private static string LoginAddress(HttpRequest request) =>
        ProviderPaths.Login + QueryString.Create("return_url", request.Path + request.QueryString);
}
