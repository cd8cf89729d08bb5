namespace AuthGateway.Quickstart.Provider;

/// <summary>The login form.</summary>
internal sealed class LoginEndpoint(ProviderSessions sessions, UserDirectory users)
{
    public IResult Show(HttpContext context) => ReturnAddress(context.Request.Query["return_url"]) is { } returnUrl
        ? ProviderPages.Login(users.All, returnUrl, failedLogin: null)
        : ProviderPages.Start(users.All);

    public async Task<IResult> HandleAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        // Scripts written for Dex post "login" and "password" to the address where the form stood.
        var login = (form.ContainsKey("username") ? form["username"] : form["login"]).ToString();
        if (ReturnAddress(form.ContainsKey("return_url") ? form["return_url"] : context.Request.Query["return_url"]) is not { } returnUrl)
        {
            return ProviderPages.Start(users.All);
        }

        if (users.CheckPassword(login, form["password"].ToString()) is not { } user)
        {
            return ProviderPages.Login(users.All, returnUrl, login);
        }

        sessions.Begin(context, user);
        return Results.LocalRedirect(returnUrl);
    }

    /// <summary>Only our own authorization endpoint, so the form is no open redirector.</summary>
    private static string? ReturnAddress(string? value) =>
        value is not null && value.StartsWith(ProviderPaths.Authorization + "?", StringComparison.Ordinal) ? value : null;
}
