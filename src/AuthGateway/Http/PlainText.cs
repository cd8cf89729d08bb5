using System.Text;

namespace AuthGateway.Http;

/// <summary>Short answers for machines.</summary>
internal static class PlainText
{
    /// <summary>400: a request target that nobody can read the same way twice.</summary>
    public static Task WriteBadTargetAsync(HttpContext context) => WriteAsync(context, 400, "The request target is not understood.\n");

    /// <summary>405: the page is there, but not for this method.</summary>
    public static Task WriteBadMethodAsync(HttpContext context) => WriteAsync(context, 405, "405 method not allowed\n");

    /// <summary>400, and the end of the connection: where this message ends is not known for certain (RFC 9112 §6.1, §6.3).</summary>
    public static Task WriteBadFramingAsync(HttpContext context, string text, int status = StatusCodes.Status400BadRequest)
    {
        if (!HttpProtocol.IsHttp2(context.Request.Protocol))
        {
            context.Response.Headers.Connection = "close";
        }

        return WriteAsync(context, status, text);
    }

    public static Task WriteAsync(HttpContext context, int status, string text)
    {
        SecurityHeaders.Secure(context.Response.Headers);
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        var body = Encoding.UTF8.GetBytes(text);
        context.Response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(body).AsTask();
    }
}
