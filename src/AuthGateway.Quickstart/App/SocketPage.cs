using System.Text;

namespace AuthGateway.Quickstart.App;

/// <summary>Holds a WebSocket open, as a notebook does, and says when and how it was closed.</summary>
internal static class SocketPage
{
    public static IResult Show() => Results.Content($$"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
        <title>A WebSocket</title>
        <style>{{PlainStyle.Css}}</style>
        </head>
        <body><main>
        <h1>A WebSocket</h1>
        <p id="state" role="status">Connecting…</p>
        <p class="note">Log out in another tab, or end the login at the provider's <code>/sessions</code> page: this line changes within a second.</p>
        <p><a href="/">Back</a></p>
        </main>
        <script>
        const say = text => { document.getElementById('state').textContent = text; };
        const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`);
        socket.onopen = () => say(`Open since ${new Date().toLocaleTimeString()}.`);
        socket.onclose = event => say(`Closed at ${new Date().toLocaleTimeString()}, code ${event.code}${event.reason ? ': ' + event.reason : ''}.`);
        </script>
        </body>
        </html>
        """, "text/html; charset=utf-8", Encoding.UTF8);
}
