using System.Net;
using Microsoft.AspNetCore.Builder;

namespace AuthGateway.SystemTests.Browsers;

/// <summary>An application with a service worker for <c>/</c>, made with a stock Workbox build (folder Workbox), and a page that keeps a login of its own.</summary>
internal sealed class WorkerApp : IAsyncDisposable
{
    /// <summary>What its worker does with visits.</summary>
    public static IReadOnlyDictionary<string, string> Workers { get; } = new Dictionary<string, string>
    {
        // Workbox NetworkFirst for visits: passes them on with their mode.
        ["network-first"] = Workbox("workbox.routing.registerRoute(({request}) => request.mode === 'navigate', new workbox.strategies.NetworkFirst());"),

        // None at all.
        ["none"] = "",

        // A hand-written one.
        ["pass-on"] = Start + "self.addEventListener('fetch', e => { if (e.request.mode === 'navigate') e.respondWith(fetch(e.request)); });",

        // Re-fetches with options: the mode becomes same-origin.
        ["fetch-anew"] = Start + "self.addEventListener('fetch', e => { if (e.request.mode === 'navigate') e.respondWith(fetch(new Request(e.request, { cache: 'no-cache' }))); });",

        // Cache first with a fallback for every visit (a single-page application's default).
        ["cache-first"] = Workbox("""
            workbox.precaching.precacheAndRoute([{ url: '/index.html', revision: '1' }]);
            workbox.routing.registerRoute(new workbox.routing.NavigationRoute(workbox.precaching.createHandlerBoundToURL('/index.html')));
            """),
    };

    private const string Start = "self.addEventListener('install', () => self.skipWaiting()); self.addEventListener('activate', e => e.waitUntil(self.clients.claim()));\n";

    private const string Page = """
        <!doctype html><title>App</title><h1>The application</h1><p id=user></p>
        <script>
          fetch('/api/me').then(async r => document.getElementById('user').textContent = r.ok ? await r.text() : 'error ' + r.status);
          navigator.serviceWorker.register('/sw.js');
          async function logOut() {
            const answer = await fetch('/authservice/logout', { method: 'POST', headers: { Authorization: 'Bearer' } });
            location.href = (await answer.json()).afterLogoutURL;
          }
        </script>
        """;

    private readonly WebApplication _app;

    private WorkerApp(WebApplication app, int port) => (_app, Port) = (app, port);

    public int Port { get; }

    public static async Task<WorkerApp> StartAsync(string worker)
    {
        var port = Ports.Free();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        var app = builder.Build();
        app.MapGet("/sw.js", () => Results.Text(Workers[worker], "text/javascript"));
        app.MapGet("/api/me", (HttpRequest request) => request.Headers["kubeflow-userid"].ToString());
        app.MapGet("/wb/{file}", (string file) => Results.File(Repository.PathOf("tests", "AuthGateway.SystemTests", "Workbox", Path.GetFileName(file)), "text/javascript"));
        app.MapGet("/{**path}", () => Results.Text(worker == "none" ? Page.Replace("navigator.serviceWorker.register('/sw.js');", "", StringComparison.Ordinal) : Page, "text/html"));
        await app.StartAsync();
        return new WorkerApp(app, port);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static string Workbox(string rules) => $$"""
        importScripts('/wb/workbox-sw.js');
        workbox.setConfig({ modulePathPrefix: '/wb/', debug: false });
        workbox.core.skipWaiting();
        workbox.core.clientsClaim();
        {{rules}}
        """;
}
