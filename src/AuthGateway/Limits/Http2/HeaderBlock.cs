using System.Buffers;

namespace AuthGateway.Limits.Http2;

/// <summary>A header block on the wire: HEADERS and the CONTINUATION frames behind it (RFC 9113 §4.3).</summary>
internal static class HeaderBlock
{
    /// <summary>More on the wire is no head that the server would read.</summary>
    public const int MostBytes = 96 * 1024;

    /// <summary>More frames for one block are no head either.</summary>
    private const int MostFrames = 32;

    /// <summary>The whole block with the heads of its frames; 0 while a part is missing; -1 when it is larger than any head may be.</summary>
    /// <param name="bytes">Begins with a HEADERS frame.</param>
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
                // Against the protocol: the server says so.
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

    /// <summary>The compressed fields of a whole block, without heads, padding and priority.</summary>
    public static byte[] Fields(ReadOnlySequence<byte> block)
    {
        var fields = new List<byte>((int)block.Length);
        while (Http2Frame.TryRead(block, out var frame))
        {
            var payload = block.Slice(Http2Frame.HeadLength, frame.Length).ToArray().AsSpan();
            if (frame.Type == Http2Frame.Headers)
            {
                payload = Bare(payload, frame.Flags);
            }

            fields.AddRange(payload);
            block = block.Slice(Http2Frame.HeadLength + frame.Length);
        }

        return [.. fields];
    }

    // RFC 9113 §6.2: one byte says how much padding ends the frame; five of priority come before the fields.
    private static Span<byte> Bare(Span<byte> payload, byte flags)
    {
        var padding = (flags & Http2Frame.Padded) != 0 && payload.Length > 0 ? payload[0] : 0;
        var before = ((flags & Http2Frame.Padded) != 0 ? 1 : 0) + ((flags & Http2Frame.Priority) != 0 ? 5 : 0);
        return before + padding > payload.Length ? [] : payload[before..^padding];
    }
}
