
namespace AuthGateway.Http;

/// <summary>
/// What Kestrel lets pass although the next reader could see another end of the message (RFC 9112 §6.1): transfer codings in HTTP/1.0, and codings besides <c>chunked</c>,
/// whose name would be lost when the chunks are taken off. Everything else that is wrong with the framing Kestrel refuses and closes by itself.
/// </summary>
internal static class Framing
{
    /// <summary>One sentence, or null when the message ends where everybody sees its end.</summary>
    public static string? Fault(AccessRequest request)
    {
        var codings = request.Headers.TransferEncoding;
        if (codings.Count == 0)
        {
            return null;
        }

        if (request.IsHttp10)
        {
            return "HTTP/1.0 has no transfer codings.\n";
        }

        return string.Equals(codings.ToString(), "chunked", StringComparison.OrdinalIgnoreCase) ? null : "Of the transfer codings only chunked is understood.\n";
    }
}
