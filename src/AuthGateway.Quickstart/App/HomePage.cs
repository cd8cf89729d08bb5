using System.Text;
using System.Text.Encodings.Web;

namespace AuthGateway.Quickstart.App;

/// <summary>Shows whom the application believes to serve.</summary>
internal static class HomePage
{
    public static IResult Show(HttpContext context)
    {
        var user = context.Request.Headers["kubeflow-userid"];
        var groups = context.Request.Headers["kubeflow-groups"];
        return Results.Content($"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Sample app</title>
            <style>{PlainStyle.Css}</style>
            </head>
            <body><main>
            <h1>Sample app</h1>
            <table>
            <tr><th scope="row"><code>kubeflow-userid</code></th><td id="user">{Text(user.ToString(), "nobody")}</td></tr>
            <tr><th scope="row"><code>kubeflow-groups</code></th><td id="groups">{Text(groups.ToString(), "none")}</td></tr>
            <tr><th scope="row">Page</th><td id="page">{Text(context.Request.Path + context.Request.QueryString, "/")}</td></tr>
            </table>
            <p><a href="/dashboard">Dashboard with a notebook in a frame</a> · <a href="/headers">All header lines</a> · <a href="/sse?count=5">Server-sent events</a> · <a href="/socket">A WebSocket to watch</a> · <a href="/download?bytes=1048576">Download 1 MiB</a> · <a href="/public">Public page</a></p>
            <p><a id="logout" href="/authservice/logout">Log out</a></p>
            </main></body>
            </html>
            """, "text/html; charset=utf-8", Encoding.UTF8);
    }

    private static string Text(string value, string whenEmpty) => HtmlEncoder.Default.Encode(value.Length == 0 ? whenEmpty : value);
}
