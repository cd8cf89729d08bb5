using System.Text;
using System.Text.Encodings.Web;

namespace AuthGateway.Quickstart.App;

/// <summary>An application that stays open for hours and saves by script. When saving is refused, it offers the answer's <c>login_url</c> in a new tab.</summary>
internal static class NotebookPage
{
    public static IResult Show(HttpContext context) => Results.Content($$"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Sample notebook</title>
        <style>{{PlainStyle.Css}}</style>
        </head>
        <body><main>
        <h1>Notebook of <span id="user">{{HtmlEncoder.Default.Encode(context.Request.Headers["kubeflow-userid"].ToString())}}</span></h1>
        <button id="save" type="button">Save</button>
        <p id="status" role="status">not saved yet</p>
        </main>
        <script>
        const status = document.getElementById('status');
        document.getElementById('save').addEventListener('click', async () => {
          status.textContent = 'saving';
          const answer = await fetch('/notebook/api/contents', { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: '{}' });
          if (answer.ok) { status.textContent = 'saved'; return; }
          const refusal = await answer.json();
          const link = Object.assign(document.createElement('a'), { id: 'login', href: refusal.login_url, target: '_blank', rel: 'noopener', textContent: 'Log in' });
          status.replaceChildren(answer.status + ' ' + refusal.error + ': ', link);
        });
        </script>
        </body>
        </html>
        """, "text/html; charset=utf-8", Encoding.UTF8);
}
