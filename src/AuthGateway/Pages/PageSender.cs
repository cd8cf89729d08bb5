using System.Text;
using AuthGateway.Http;

namespace AuthGateway.Pages;

/// <summary>Writes a page as this door can carry it: on ext_authz 200 would allow (so 203) and 5xx would be hidden (so 403).</summary>
internal sealed class PageSender(PageRenderer renderer)
{
    public Task SendAsync(HttpContext context, AccessRequest request, int status, PageContent content) =>
        SendAsItIsAsync(context, request, StatusFor(request.EntryPoint, status), content);

    /// <summary>With this very status, whatever the door makes of it.</summary>
    public Task SendAsItIsAsync(HttpContext context, AccessRequest request, int status, PageContent content)
    {
        var body = Encoding.UTF8.GetBytes(renderer.Render(content));
        var response = context.Response;
        response.StatusCode = status;
        foreach (var (name, value) in renderer.HeadersFor(content))
        {
            response.Headers[name] = value;
        }

        if (content.HasForms && request.Headers.UserAgent.ToString().Contains("Firefox/", StringComparison.Ordinal))
        {
            // It does not know the newer value yet, and what it does not know it takes for none.
            response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
        }

        response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(body).AsTask();
    }

    /// <summary>
    /// Envoy hands 201 to 499 with their body to the client; 200 allows, 5xx becomes a bare 403. To nginx, Traefik and Caddy every 2xx is "allow", so a
    /// page never has one there.
    /// </summary>
    public static int StatusFor(EntryPoint door, int status) => (door, status) switch
    {
        (EntryPoint.ExtAuthz, 200) => 203,
        (EntryPoint.ExtAuthz, 502) => 400,
        (EntryPoint.ExtAuthz, >= 500) => 403,
        (EntryPoint.Verify or EntryPoint.ForwardAuth, >= 200 and < 300) => 401,
        _ => status,
    };
}
