using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace AuthGateway.Sessions.Store;

/// <summary>
/// SHA-256 of a session cookie's bits: the row's key. Nothing else of the cookie is stored.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct SessionHash(ulong A, ulong B, ulong C, ulong D)
{
    public static SessionHash From(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64BigEndian(bytes),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]));

    public byte[] ToArray()
    {
        var bytes = new byte[32];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, A);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), B);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(16), C);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(24), D);
        return bytes;
    }

    // The bits are uniformly random, so one word is a sufficient hash code.
    public override int GetHashCode() => (int)A;

    /// <summary>
    /// Returns a short form for logs and the operator's list: 12 hexadecimal digits.
    /// </summary>
    public override string ToString() => (A >> 16).ToString("x12", System.Globalization.CultureInfo.InvariantCulture);
}
