using System.Text;

namespace AuthGateway.Quickstart.App;

/// <summary>
/// What Kubeflow's dashboard does to an authentication gateway: it shows an application in a frame of its own origin, and its logout button posts the
/// session cookie as a bearer token, empty when the cookie is HttpOnly, and goes where the JSON says.
/// </summary>
internal static class DashboardPage
{
    public static IResult Show() => Results.Content($$"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Sample dashboard</title>
        <style>{{PlainStyle.Css}} iframe { width: 100%; height: 26rem; border: 1px solid var(--line); border-radius: .3rem; margin-top: 1.25rem; }</style>
        </head>
        <body><main>
        <h1>Sample dashboard</h1>
        <button id="logout-button" type="button">Log out</button>
        <iframe id="app" title="Notebook" src="/notebook/"></iframe>
        </main>
        <script>
        document.getElementById('logout-button').addEventListener('click', async () => {
          const cookie = (document.cookie.match(/(?:^|; )authservice_session=([^;]*)/) || [])[1] || '';
          const answer = await fetch('/authservice/logout', { method: 'POST', headers: { Authorization: 'Bearer ' + cookie } });
          window.location.replace((await answer.json()).afterLogoutURL);
        });
        </script>
        </body>
        </html>
        """, "text/html; charset=utf-8", Encoding.UTF8);
}
