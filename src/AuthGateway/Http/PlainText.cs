using System.Text;
using AuthGateway.Http.Headers;

namespace AuthGateway.Http;

/// <summary>Writes short text/plain responses for programs.</summary>
internal static class PlainText
{
    /// <summary>Writes 400: the request target is ambiguous or malformed.</summary>
    public static Task WriteBadTargetAsync(HttpContext context) =>
        WriteAsync(context, 400, "The request target is not understood.\n");

    /// <summary>Writes 405: the resource exists, but not for this method.</summary>
    public static Task WriteBadMethodAsync(HttpContext context) => WriteAsync(context, 405, "405 method not allowed\n");

    /// <summary>
    /// Writes 400 and closes the connection: the end of this message is not certain (RFC 9112 §6.1,
    /// §6.3).
    /// </summary>
    public static Task WriteBadFramingAsync(
        HttpContext context, string text, int status = StatusCodes.Status400BadRequest)
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
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.Body.WriteAsync(body).AsTask();
    }
}
