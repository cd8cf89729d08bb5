using System.Buffers;

namespace AuthGateway.Limits.Http2;

/// <summary>Header of an HTTP/2 frame (RFC 9113 §4.1).</summary>
/// <param name="Length">Length of the payload in bytes.</param>
/// <param name="Type">A frame type; may be unknown.</param>
/// <param name="Flags">Flags, whose meaning depends on the type.</param>
/// <param name="Stream">Stream identifier; 0 = the connection.</param>
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

    /// <summary>Reads the frame header; false while it is incomplete.</summary>
    public static bool TryRead(ReadOnlySequence<byte> bytes, out Http2Frame frame)
    {
        frame = default;
        if (bytes.Length < HeadLength)
        {
            return false;
        }

        Span<byte> head = stackalloc byte[HeadLength];
        bytes.Slice(0, HeadLength).CopyTo(head);
        var length = (head[0] << 16) | (head[1] << 8) | head[2];
        var stream = ((head[5] & 0x7F) << 24) | (head[6] << 16) | (head[7] << 8) | head[8];
        frame = new Http2Frame(length, head[3], head[4], (uint)stream);
        return true;
    }
}
