using System.Buffers;

namespace AuthGateway.Limits.Http2;

/// <summary>The head of an HTTP/2 frame (RFC 9113 §4.1).</summary>
/// <param name="Length">Bytes that follow the head.</param>
/// <param name="Type">One of the constants here, or one that we do not know.</param>
/// <param name="Flags">What they mean depends on the type.</param>
/// <param name="Stream">The stream; 0 = the connection.</param>
internal readonly record struct Http2Frame(int Length, byte Type, byte Flags, uint Stream)
{
    public const int HeadLength = 9;
    public const byte Data = 0;
    public const byte Headers = 1;
    public const byte WindowUpdate = 8;
    public const byte Continuation = 9;
    public const byte EndHeaders = 0x4;
    public const byte Padded = 0x8;
    public const byte Priority = 0x20;

    /// <summary>False while not even the head is there.</summary>
    public static bool TryRead(ReadOnlySequence<byte> bytes, out Http2Frame frame)
    {
        frame = default;
        if (bytes.Length < HeadLength)
        {
            return false;
        }

        Span<byte> head = stackalloc byte[HeadLength];
        bytes.Slice(0, HeadLength).CopyTo(head);
        frame = new Http2Frame((head[0] << 16) | (head[1] << 8) | head[2], head[3], head[4], (uint)(((head[5] & 0x7F) << 24) | (head[6] << 16) | (head[7] << 8) | head[8]));
        return true;
    }
}
