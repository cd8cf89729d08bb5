using System.Buffers;

namespace AuthGateway.Limits.Http2;

/// <summary>
/// Parses an encoded header block: HEADERS and its CONTINUATION frames (RFC 9113 §4.3).
/// </summary>
internal static class HeaderBlock
{
    /// <summary>Largest encoded block; the server would reject more.</summary>
    public const int MostBytes = 96 * 1024;

    /// <summary>Largest number of frames of one block.</summary>
    private const int MostFrames = 32;

    /// <summary>
    /// Length of the whole block with its frame headers; 0 while a part is missing, -1 when it is
    /// too large.
    /// </summary>
    /// <param name="bytes">Bytes that begin with a HEADERS frame.</param>
    public static long Measure(ReadOnlySequence<byte> bytes)
    {
        long length = 0;
        for (var i = 0; i < MostFrames && length <= MostBytes; i++)
        {
            if (!Http2Frame.TryRead(bytes.Slice(length), out var frame))
            {
                return bytes.Length > MostBytes ? -1 : 0;
            }

            if (i > 0 && frame.Type != Http2Frame.Continuation)
            {
                // A protocol error, which the server reports.
                return length;
            }

            length += Http2Frame.HeadLength + frame.Length;
            if (length > bytes.Length)
            {
                return length > MostBytes ? -1 : 0;
            }

            if ((frame.Flags & Http2Frame.EndHeaders) != 0)
            {
                return length > MostBytes ? -1 : length;
            }
        }

        return -1;
    }

    /// <summary>
    /// The encoded fields of a whole block, without frame headers, padding and priority.
    /// </summary>
    public static byte[] Fields(ReadOnlySequence<byte> block)
    {
        var fields = new List<byte>((int)block.Length);
        while (Http2Frame.TryRead(block, out var frame))
        {
            var payload = block.Slice(Http2Frame.HeadLength, frame.Length).ToArray().AsSpan();
            if (frame.Type == Http2Frame.Headers)
            {
                payload = RemovePadding(payload, frame.Flags);
            }

            fields.AddRange(payload);
            block = block.Slice(Http2Frame.HeadLength + frame.Length);
        }

        return [.. fields];
    }

    // RFC 9113 §6.2: the first byte is the length of the padding at the end; five bytes of priority
    // precede the fields.
    private static Span<byte> RemovePadding(Span<byte> payload, byte flags)
    {
        var padding = (flags & Http2Frame.Padded) != 0 && payload.Length > 0 ? payload[0] : 0;
        var before = ((flags & Http2Frame.Padded) != 0 ? 1 : 0) + ((flags & Http2Frame.Priority) != 0 ? 5 : 0);
        return before + padding > payload.Length ? [] : payload[before..^padding];
    }
}
