using System.Text;
using AuthGateway.Http;

namespace AuthGateway.Pages;

/// <summary>Writes a page with a status that its entry point can carry.</summary>
/// <remarks>
/// At ext_authz a 200 would allow the request (203 is used) and Envoy would drop the body of a 5xx
/// (403 is used).
/// </remarks>
internal sealed class PageSender(PageRenderer renderer)
{
    /// <summary>Writes a page with the status that <see cref="StatusFor"/> returns.</summary>
    public Task SendAsync(HttpContext context, AccessRequest request, int status, PageContent content) =>
        SendUnmappedAsync(context, request, StatusFor(request.EntryPoint, status), content);

    /// <summary>Writes a page with exactly this status.</summary>
    public Task SendUnmappedAsync(HttpContext context, AccessRequest request, int status, PageContent content)
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
            // Firefox does not know the newer value, and treats an unknown value as none.
            response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
        }

        response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(body).AsTask();
    }

    /// <summary>Returns the status to send for <paramref name="status"/>.</summary>
    /// <remarks>
    /// Envoy passes a response from 201 to 499 with its body to the client; 200 allows the request,
    /// and 5xx becomes a 403 without a body. nginx, Traefik and Caddy allow the request for every
    /// 2xx, so a page never has one there.
    /// </remarks>
    public static int StatusFor(EntryPoint entryPoint, int status) => (entryPoint, status) switch
    {
        (EntryPoint.ExtAuthz, 200) => 203,
        (EntryPoint.ExtAuthz, 502) => 400,
        (EntryPoint.ExtAuthz, >= 500) => 403,
        (EntryPoint.Verify or EntryPoint.ForwardAuth, >= 200 and < 300) => 401,
        _ => status,
    };
}
