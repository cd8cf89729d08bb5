
namespace AuthGateway.Http;

/// <summary>
/// Rejects message framing that Kestrel accepts although the next reader could see another end of
/// the message (RFC 9112 §6.1): transfer codings in HTTP/1.0, and codings other than
/// <c>chunked</c>, whose names would be lost when the chunks are decoded. Kestrel itself refuses
/// every other framing error and closes the connection.
/// </summary>
internal static class Framing
{
    /// <summary>
    /// Returns one sentence that describes the fault. Null when the framing is unambiguous.
    /// </summary>
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

        return string.Equals(codings.ToString(), "chunked", StringComparison.OrdinalIgnoreCase)
            ? null
            : "Of the transfer codings only chunked is understood.\n";
    }
}
