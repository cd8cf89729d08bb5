namespace AuthGateway.Limits.Http2;

/// <summary>
/// Upper bound of the decoded size of HPACK header fields (RFC 7541), computed without the dynamic
/// table: a field of that table counts as the size of the whole table.
/// </summary>
internal static class HpackSize
{
    /// <summary>More than the server accepts for one block.</summary>
    public const int Most = 128 * 1024;

    private const int StaticFields = 61;
    private const int LongestStatic = 64;
    private const int LongestDynamic = 4096;
    private const int Overhead = 32;

    public static int AtMost(ReadOnlySpan<byte> fields)
    {
        var total = 0L;
        while (!fields.IsEmpty && total < Most)
        {
            var first = fields[0];
            var (prefix, isWhole, isTableSize) = first switch
            {
                >= 0x80 => (7, true, false),
                >= 0x40 => (6, false, false),
                >= 0x20 => (5, true, true),
                _ => (4, false, false),
            };
            if (!TryReadNumber(ref fields, prefix, out var index))
            {
                return Most;
            }

            if (isTableSize)
            {
                continue;
            }

            total += Overhead + index switch { 0 => 0, <= StaticFields => LongestStatic, _ => LongestDynamic };
            for (var texts = isWhole ? 0 : index == 0 ? 2 : 1; texts > 0; texts--)
            {
                if (!TryReadText(ref fields, ref total))
                {
                    return Most;
                }
            }
        }

        return (int)Math.Min(total, Most);
    }

    // RFC 7541 §5.1
    private static bool TryReadNumber(ref ReadOnlySpan<byte> bytes, int prefix, out long number)
    {
        number = 0;
        if (bytes.IsEmpty)
        {
            return false;
        }

        var mask = (1 << prefix) - 1;
        number = bytes[0] & mask;
        bytes = bytes[1..];
        if (number < mask)
        {
            return true;
        }

        for (var shift = 0; shift <= 28 && !bytes.IsEmpty; shift += 7)
        {
            var next = bytes[0];
            bytes = bytes[1..];
            number += (long)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return true;
            }
        }

        return false;
    }

    // RFC 7541 §5.2; the shortest Huffman code has five bits.
    private static bool TryReadText(ref ReadOnlySpan<byte> bytes, ref long total)
    {
        var isHuffman = !bytes.IsEmpty && bytes[0] >= 0x80;
        if (!TryReadNumber(ref bytes, 7, out var length) || length > bytes.Length)
        {
            return false;
        }

        bytes = bytes[(int)length..];
        total += isHuffman ? length * 8 / 5 : length;
        return true;
    }
}
