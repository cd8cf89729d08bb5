using AuthGateway.Http;
using AuthGateway.Http.Headers;

namespace AuthGateway.Pipeline;

/// <summary>
/// Writes a refusal for gRPC and gRPC-web clients: <c>grpc-status</c> and <c>grpc-message</c> in
/// the headers, and an empty body of the request's content type (gRPC over HTTP/2, "Responses").
/// Clients report a JSON body as "wire format corrupt". The HTTP status is kept.
/// </summary>
internal static class GrpcRefusal
{
    /// <summary>
    /// True for <c>application/grpc</c> and all content types with this prefix (<c>+proto</c>,
    /// <c>-web</c>, <c>-web-text</c>).
    /// </summary>
    public static bool Wants(HttpContext context) =>
        context.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true;

    public static Task WriteAsync(HttpContext context, int status, string message)
    {
        var response = context.Response;
        SecurityHeaders.Secure(response.Headers);
        response.StatusCode = status;
        response.ContentType = GetContentType(context.Request.ContentType!);
        response.Headers["grpc-status"] = status switch
        {
            StatusCodes.Status401Unauthorized => "16", // UNAUTHENTICATED
            StatusCodes.Status403Forbidden => "7", // PERMISSION_DENIED
            StatusCodes.Status400BadRequest => "3", // INVALID_ARGUMENT
            _ => "14", // UNAVAILABLE
        };
        response.Headers["grpc-message"] = Encode(message);
        response.ContentLength = 0;
        return Task.CompletedTask;
    }

    // Only characters of a media type are echoed (RFC 9110 §8.3.1).
    private static string GetContentType(string asked)
    {
        var end = asked.IndexOf(';', StringComparison.Ordinal);
        var type = (end < 0 ? asked : asked[..end]).Trim();
        return type.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '+' or '-' or '.') ? type : "application/grpc";
    }

    // gRPC over HTTP/2: percent-encoded UTF-8.
    private static string Encode(string message) =>
        Uri.EscapeDataString(message.Length > 300 ? message[..300] : message)
            .Replace("%20", " ", StringComparison.Ordinal);
}
