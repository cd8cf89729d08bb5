using System.Text;
using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Http.Headers;
using AuthGateway.Pages;

namespace AuthGateway.Pipeline;

/// <summary>
/// Removes an application's service worker while no session is live. A worker would keep answering
/// navigations from its cache, so that login and logout show the application. A browser requests
/// the worker's script soon after each navigation (Service Workers §6.4, Update) and installs a
/// changed one. The script served here unregisters itself, clears the caches and reloads its pages.
/// After the next login the application installs its own worker again.
/// </summary>
internal sealed class WorkerRemoval(BrowserOptions browser)
{
    private static readonly byte[] Script = Encoding.UTF8.GetBytes("""
        // AuthGateway: no session is live, so the application's service worker is removed
        // (END_SERVICE_WORKERS).
        self.addEventListener('install', () => self.skipWaiting());
        self.addEventListener('activate', event => event.waitUntil((async () => {
          const names = await caches.keys();
          await Promise.all(names.map(name => caches.delete(name)));
          const pages = await self.clients.matchAll({ type: 'window' });
          await self.registration.unregister();
          await Promise.all(pages.map(page => page.navigate(page.url).catch(() => undefined)));
        })()));

        """);

    /// <summary>
    /// True for a browser's request for a worker script (Service Workers,
    /// <c>Service-Worker: script</c>). Not on forward-auth, where a 200 would allow the request.
    /// Envoy gets 203, which browsers accept as well.
    /// </summary>
    public bool Answers(AccessRequest request) =>
        browser.EndServiceWorkers
        && request.Method is "GET"
        && request.EntryPoint is EntryPoint.Inline or EntryPoint.ExtAuthz
        && request.Single("Service-Worker") == "script" && request.Single("Sec-Fetch-Dest") is null or "serviceworker";

    public static Task WriteAsync(HttpContext context, AccessRequest request)
    {
        SecurityHeaders.Secure(context.Response.Headers);
        context.Response.StatusCode = PageSender.StatusFor(request.EntryPoint, 200);
        context.Response.ContentType = "text/javascript; charset=utf-8";
        context.Response.ContentLength = Script.Length;
        return context.Response.Body.WriteAsync(Script).AsTask();
    }
}
