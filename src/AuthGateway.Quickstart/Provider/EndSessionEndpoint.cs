using Microsoft.AspNetCore.Authentication;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;

namespace AuthGateway.Quickstart.Provider;

/// <summary>End-session endpoint (OIDC RP-Initiated Logout 1.0 §2): with a hint at once, without one after a question.</summary>
internal sealed class EndSessionEndpoint(ProviderSessions sessions, LogoutTokens logoutTokens)
{
    public async Task<IResult> HandleAsync(HttpContext context)
    {
        var ticket = await context.AuthenticateAsync(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
        var session = sessions.OfSid(ticket.Principal?.GetClaim("sid"));
        if (session is null && sessions.Find(context.Request) is { } cookieSession)
        {
            // No hint, or one of another session: any site may link here, so the person is asked (§2, §6).
            if (!HttpMethods.IsPost(context.Request.Method))
            {
                return ProviderPages.AskLogout(context.Request.Query);
            }

            session = cookieSession;
        }

        if (session is not null)
        {
            End(context, session);
        }

        return Results.SignOut(
            new AuthenticationProperties { RedirectUri = ProviderPaths.LoggedOut },
            [OpenIddictServerAspNetCoreDefaults.AuthenticationScheme]);
    }

    private void End(HttpContext context, ProviderSession session)
    {
        sessions.End(session);
        context.Response.Cookies.Delete(ProviderSessions.CookieName, new CookieOptions { Path = "/" });
        // After the answer: a client may ask for our keys before it believes the logout token.
        context.Response.OnCompleted(() => logoutTokens.SendAsync(session));
    }
}
