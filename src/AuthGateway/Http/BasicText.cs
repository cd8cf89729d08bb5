using System.Buffers;
using System.Text;

namespace AuthGateway.Http;

/// <summary>Reads <c>Authorization: Basic</c> (RFC 7617), also with the alphabet of base64url and without padding, as careless clients write it.</summary>
internal static class BasicText
{
    private const string Scheme = "Basic";

    /// <summary>Longer values are not looked into: no session of ours needs them.</summary>
    private const int MaxLength = 4096;

    /// <summary>User, colon and password; null for another scheme and for what is no base64.</summary>
    public static string? TryDecode(ReadOnlySpan<char> value)
    {
        var text = value.Trim();
        if (text.Length is <= 6 or > MaxLength || !text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || text[Scheme.Length] is not (' ' or '\t'))
        {
            return null;
        }

        var coded = text[Scheme.Length..].Trim().TrimEnd('=');
        var padded = ArrayPool<char>.Shared.Rent(coded.Length + 3);
        var bytes = ArrayPool<byte>.Shared.Rent(coded.Length);
        try
        {
            var length = Pad(coded, padded);
            return Convert.TryFromBase64Chars(padded.AsSpan(0, length), bytes, out var written) ? Encoding.UTF8.GetString(bytes, 0, written) : null;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(padded, clearArray: true);
            ArrayPool<byte>.Shared.Return(bytes, clearArray: true);
        }
    }

    private static int Pad(ReadOnlySpan<char> coded, char[] padded)
    {
        for (var i = 0; i < coded.Length; i++)
        {
            padded[i] = coded[i] switch { '-' => '+', '_' => '/', var c => c };
        }

        var length = coded.Length;
        while (length % 4 != 0)
        {
            padded[length++] = '=';
        }

        return length;
    }
}
