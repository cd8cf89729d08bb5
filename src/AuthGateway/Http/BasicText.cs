using System.Buffers;
using System.Text;

namespace AuthGateway.Http;

/// <summary>
/// Decodes <c>Authorization: Basic</c> (RFC 7617). Also accepts the base64url alphabet and missing
/// padding, which some clients send.
/// </summary>
internal static class BasicText
{
    private const string Scheme = "Basic";

    /// <summary>
    /// Longest accepted header value, in characters. A session value is far shorter.
    /// </summary>
    private const int MaxLength = 4096;

    /// <summary>
    /// Returns user, colon and password. Null for another scheme and for invalid base64.
    /// </summary>
    public static string? TryDecode(ReadOnlySpan<char> value)
    {
        var text = value.Trim();
        if (text.Length is <= 6 or > MaxLength
            || !text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            || text[Scheme.Length] is not (' ' or '\t'))
        {
            return null;
        }

        var coded = text[Scheme.Length..].Trim().TrimEnd('=');
        var padded = ArrayPool<char>.Shared.Rent(coded.Length + 3);
        var bytes = ArrayPool<byte>.Shared.Rent(coded.Length);
        try
        {
            var length = Pad(coded, padded);
            return Convert.TryFromBase64Chars(padded.AsSpan(0, length), bytes, out var written)
                ? Encoding.UTF8.GetString(bytes, 0, written)
                : null;
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
