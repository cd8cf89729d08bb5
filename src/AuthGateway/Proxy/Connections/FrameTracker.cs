using System.Buffers.Binary;

namespace AuthGateway.Proxy.Connections;

/// <summary>
/// Tracks WebSocket frames (RFC 6455 §5.2) in a byte stream to find frame boundaries. The bytes are
/// not changed.
/// </summary>
internal struct FrameTracker
{
    private const int LongestHeader = 14;
    private Header _header;
    private int _headerLength;
    private ulong _payload;

    /// <summary>True between two frames.</summary>
    public readonly bool IsAtBoundary => _headerLength == 0 && _payload == 0;

    /// <summary>True after a close frame, which no other frame may follow.</summary>
    public bool SawClose { get; private set; }

    public void Feed(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[FeedToBoundary(bytes)..];
        }
    }

    /// <summary>
    /// Consumes the rest of the current frame, or one whole frame at a boundary. Returns the number
    /// of bytes.
    /// </summary>
    public int FeedToBoundary(ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < bytes.Length;)
        {
            if (_payload == 0)
            {
                TakeHeaderByte(bytes[i++]);
            }

            var some = (int)Math.Min(_payload, (ulong)(bytes.Length - i));
            _payload -= (ulong)some;
            i += some;
            if (IsAtBoundary)
            {
                return i;
            }
        }

        return bytes.Length;
    }

    /// <summary>
    /// Consumes the bytes before the next close frame, or all of them when there is none. Returns
    /// the number of bytes.
    /// </summary>
    public int FeedUpToClose(ReadOnlySpan<byte> bytes)
    {
        var passed = 0;
        while (passed < bytes.Length && !(IsAtBoundary && (bytes[passed] & 0x0F) == 0x8))
        {
            passed += FeedToBoundary(bytes[passed..]);
        }

        return passed;
    }

    private void TakeHeaderByte(byte next)
    {
        Span<byte> header = _header;
        header[_headerLength++] = next;
        if (_headerLength < 2 || _headerLength < GetHeaderLength(header))
        {
            return;
        }

        SawClose |= (header[0] & 0x0F) == 0x8;
        _payload = (header[1] & 0x7F) switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(header[2..]),
            127 => BinaryPrimitives.ReadUInt64BigEndian(header[2..]),
            var length => (ulong)length,
        };
        _headerLength = 0;
    }

    private static int GetHeaderLength(ReadOnlySpan<byte> header) =>
        2 + ((header[1] & 0x7F) switch { 126 => 2, 127 => 8, _ => 0 }) + ((header[1] & 0x80) != 0 ? 4 : 0);

    [System.Runtime.CompilerServices.InlineArray(LongestHeader)]
    private struct Header
    {
        private byte _first;
    }
}
