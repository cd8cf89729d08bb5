namespace AuthGateway.Quickstart.Provider;

/// <summary>What an administrator's console would do: who is logged in, and a button that ends a person's sessions everywhere by logout token.</summary>
internal sealed class SessionsEndpoint(ProviderSessions sessions, UserDirectory users, LogoutTokens logoutTokens)
{
    public IResult Show() => ProviderPages.Sessions(users.All.Select(user => (user, sessions.OfSubject(user.Subject))));

    /// <summary>Ends all sessions of one person. Other sites' forms are refused; there is no administrator to log in here.</summary>
    public async Task<IResult> EndAsync(HttpContext context)
    {
        if (context.Request.Headers.Origin is [{ } origin] && origin != $"{context.Request.Scheme}://{context.Request.Host}")
        {
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        foreach (var session in sessions.OfSubject(form["subject"].ToString()))
        {
            sessions.End(session);
            // After the answer: a client may ask for our keys before it believes the logout token.
            context.Response.OnCompleted(() => logoutTokens.SendAsync(session));
        }

        return Results.LocalRedirect(ProviderPaths.Sessions);
    }
}
