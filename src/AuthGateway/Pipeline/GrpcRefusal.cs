using AuthGateway.Http;

namespace AuthGateway.Pipeline;

/// <summary>
/// A refusal that gRPC and gRPC-web clients understand: <c>grpc-status</c> and <c>grpc-message</c> in the head, and an empty body of the request's own
/// type (gRPC over HTTP/2, "Responses"; a JSON body would be "wire format corrupt"). The HTTP status stays.
/// </summary>
internal static class GrpcRefusal
{
    /// <summary>True for <c>application/grpc</c> and all that begin so (<c>+proto</c>, <c>-web</c>, <c>-web-text</c>).</summary>
    public static bool Wants(HttpContext context) => context.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true;

    public static Task WriteAsync(HttpContext context, int status, string message)
    {
        var response = context.Response;
        SecurityHeaders.Secure(response.Headers);
        response.StatusCode = status;
        response.ContentType = TypeOf(context.Request.ContentType!);
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

    // Only what a media type may hold goes back (RFC 9110 §8.3.1).
    private static string TypeOf(string asked)
    {
        var end = asked.IndexOf(';', StringComparison.Ordinal);
        var type = (end < 0 ? asked : asked[..end]).Trim();
        return type.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '+' or '-' or '.') ? type : "application/grpc";
    }

    // gRPC over HTTP/2: percent-encoded UTF-8.
    private static string Encode(string message) => Uri.EscapeDataString(message.Length > 300 ? message[..300] : message).Replace("%20", " ", StringComparison.Ordinal);
}
