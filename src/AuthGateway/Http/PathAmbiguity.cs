using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace AuthGateway.Http;

/// <summary>Finds raw paths that two readers could interpret differently.</summary>
internal static class PathAmbiguity
{
    // A path without any of these has only one interpretation.
    private static readonly SearchValues<char> Suspicious = SearchValues.Create("%;\\.");

    // Bytes that are dangerous inside a decoded segment: a separator, a second encoding, a
    // terminator or a control byte.
    private static readonly SearchValues<byte> DangerousBytes = SearchValues.Create(
        [.. "/\\%;?#\u007f"u8, .. Enumerable.Range(0, 32).Select(value => (byte)value)]);

    // Characters that Unicode NFKC normalization maps to a dot, two dots, a slash, a backslash or
    // another of the dangerous bytes.
    private static readonly SearchValues<char> LookAlikes = SearchValues.Create(
        "\uff0e\u2024\ufe52\u2025\ufe30" + "\uff0f\u2215\u2044\u29f8" + "\uff3c\ufe68" + "\uff05\ufe6a"
        + "\uff1b\u037e\ufe14\ufe54" + "\uff1f\ufe16\ufe56" + "\uff03\ufe5f");

    public static bool Find(ReadOnlySpan<char> path) =>
        path.Contains("//", StringComparison.Ordinal) || (path.ContainsAny(Suspicious) && FindSlow(path));

    private static bool FindSlow(ReadOnlySpan<char> path)
    {
        if (path.ContainsAny(';', '\\'))
        {
            return true;
        }

        foreach (var range in path.Split('/'))
        {
            if (IsAmbiguousSegment(path[range]))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsAmbiguousSegment(ReadOnlySpan<char> segment)
    {
        if (!segment.Contains('%'))
        {
            return segment is "." or "..";
        }

        Span<byte> bytes = segment.Length <= 256 ? stackalloc byte[segment.Length] : new byte[segment.Length];
        return !TryDecode(segment, bytes, out var length) || IsAmbiguousText(bytes[..length]);
    }

    private static bool TryDecode(ReadOnlySpan<char> segment, Span<byte> bytes, out int length)
    {
        length = 0;
        for (var i = 0; i < segment.Length; i++)
        {
            if (segment[i] != '%')
            {
                bytes[length++] = (byte)segment[i];
                continue;
            }

            if (i + 2 >= segment.Length
                || !char.IsAsciiHexDigit(segment[i + 1])
                || !char.IsAsciiHexDigit(segment[i + 2]))
            {
                return false;
            }

            bytes[length++] = Convert.FromHexString(segment.Slice(i + 1, 2))[0];
            i += 2;
        }

        return true;
    }

    private static bool IsAmbiguousText(ReadOnlySpan<byte> text) =>
        text.SequenceEqual("."u8)
        || text.SequenceEqual(".."u8)
        || text.ContainsAny(DangerousBytes)
        || !Utf8.IsValid(text) // overlong and broken escapes (%c0%ae)
        || Encoding.UTF8.GetString(text).AsSpan().ContainsAny(LookAlikes);
}
