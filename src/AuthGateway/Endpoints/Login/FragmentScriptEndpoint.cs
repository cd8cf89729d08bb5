using AuthGateway.Http;
using AuthGateway.Pages;

namespace AuthGateway.Endpoints.Login;

/// <summary>
/// Serves the script that keeps a URL fragment across a login (<c>KEEP_FRAGMENT</c>;
/// docs/decisions/login-fragment.md).
/// </summary>
internal sealed class FragmentScriptEndpoint
{
    public Task HandleAsync(HttpContext context, AccessRequest request)
    {
        if (!request.IsGetOrHead)
        {
            return PlainText.WriteBadMethodAsync(context);
        }

        context.Response.StatusCode = PageSender.StatusFor(request.EntryPoint, 200);
        context.Response.ContentType = "text/javascript; charset=utf-8";
        context.Response.ContentLength = FragmentScript.Content.Length;
        return HttpMethods.IsHead(request.Method)
            ? Task.CompletedTask
            : context.Response.Body.WriteAsync(FragmentScript.Content).AsTask();
    }
}
