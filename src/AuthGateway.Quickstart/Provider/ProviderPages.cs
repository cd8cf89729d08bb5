using System.Text;
using System.Text.Encodings.Web;

namespace AuthGateway.Quickstart.Provider;

/// <summary>The provider's few pages: no script, nothing loaded from elsewhere.</summary>
internal static class ProviderPages
{
    public static IResult Login(IEnumerable<DevUser> users, string returnUrl, string? failedLogin)
    {
        var error = failedLogin is null ? "" : """<p role="alert" id="error" class="error">User name and password do not belong together.</p>""";
        var described = failedLogin is null ? "" : """ aria-describedby="error" aria-invalid="true" """;
        return Write(failedLogin is null ? 200 : 401, "Log in", $"""
            {error}
            <form method="post" action="{ProviderPaths.Login}">
              <input type="hidden" name="return_url" value="{Encode(returnUrl)}">
              <label for="username">User name or e-mail</label>
              <input id="username" name="username" value="{Encode(failedLogin ?? "")}" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus{described}>
              <label for="password">Password</label>
              <input id="password" name="password" type="password" autocomplete="current-password" required{described}>
              <button type="submit">Log in</button>
            </form>
            {People(users)}
            """);
    }

    /// <summary>Somebody came here by hand.</summary>
    public static IResult Start(IEnumerable<DevUser> users) => Write(200, "Development OpenID Provider", $"""
        <p>Applications send browsers here to log in. <a href="/.well-known/openid-configuration">Metadata</a> · <a href="{ProviderPaths.Sessions}">Who is logged in</a></p>
        {People(users)}
        """);

    public static IResult LoggedOut() => Write(200, "Logged out", "<p>You are logged out of the development provider.</p>");

    public static IResult AskLogout(IQueryCollection query)
    {
        var fields = new StringBuilder();
        foreach (var (name, value) in query)
        {
            fields.Append($"""<input type="hidden" name="{Encode(name)}" value="{Encode(value.ToString())}">""");
        }

        return Write(200, "Log out?", $"""
            <p>An application asks to log you out of the development provider.</p>
            <form method="post" action="{ProviderPaths.EndSession}">{fields}<button type="submit">Log out</button></form>
            """);
    }

    /// <summary>The development provider's administration: single sign-out to watch.</summary>
    public static IResult Sessions(IEnumerable<(DevUser User, IReadOnlyList<ProviderSession> Sessions)> people)
    {
        var rows = new StringBuilder();
        foreach (var (user, sessions) in people.Where(person => person.Sessions.Count > 0))
        {
            var clients = string.Join(", ", sessions.SelectMany(session => session.Clients).Distinct(StringComparer.Ordinal));
            rows.Append($"<tr><th scope=\"row\">{Encode(user.UserName)}</th><td>{sessions.Count}</td><td>{Encode(clients)}</td>")
                .Append($"<td><form method=\"post\" action=\"{ProviderPaths.Sessions}\"><input type=\"hidden\" name=\"subject\" value=\"{Encode(user.Subject)}\">")
                .Append($"<button type=\"submit\">End everywhere<span class=\"hidden\"> ({Encode(user.UserName)})</span></button></form></td></tr>");
        }

        var table = rows.Length == 0
            ? "<p>Nobody is logged in.</p>"
            : $"""<table><thead><tr><th scope="col">User</th><th scope="col">Browsers</th><th scope="col">Applications</th><th scope="col">Single sign-out</th></tr></thead><tbody>{rows}</tbody></table>""";
        return Write(200, "Who is logged in", $"""
            {table}
            <p class="note">Ending a login here sends each application a logout token. The gateway closes what the session has open: keep the sample app's <code>/socket</code> page beside this one and watch.</p>
            """);
    }

    private static string People(IEnumerable<DevUser> users)
    {
        var rows = new StringBuilder();
        foreach (var user in users)
        {
            rows.Append($"<tr><th scope=\"row\">{Encode(user.UserName)}</th><td><code>{Encode(user.Password)}</code></td><td>{Encode(user.Email)}</td>")
                .Append($"<td>{Encode(user.Groups.Count == 0 ? "none" : string.Join(", ", user.Groups))}</td></tr>");
        }

        return $"""
            <h2>People to try</h2>
            <table><thead><tr><th scope="col">User</th><th scope="col">Password</th><th scope="col">E-mail</th><th scope="col">Groups</th></tr></thead><tbody>{rows}</tbody></table>
            <p class="note">For development only: these passwords are public.</p>
            """;
    }

    private static IResult Write(int status, string title, string body) => Results.Content($"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">
        <title>{title} · Development provider</title>
        <style>{PlainStyle.Css}</style>
        </head>
        <body><main><h1>{title}</h1>{body}</main></body>
        </html>
        """, "text/html; charset=utf-8", Encoding.UTF8, status);

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
