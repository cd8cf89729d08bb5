using System.Text;

namespace AuthGateway.Hosting;

/// <summary>
/// Decodes <c>Content-Length</c> for Kestrel so that only digits are accepted (RFC 9110 §8.6).
/// Kestrel's own parser accepts <c>+4</c>. Here every other character becomes a letter, which
/// Kestrel refuses with 400.
/// </summary>
internal sealed class ContentLengthEncoding : Encoding
{
    public static ContentLengthEncoding Instance { get; } = new();

    public override int GetByteCount(char[] chars, int index, int count) => count;

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        Latin1.GetBytes(chars, charIndex, charCount, bytes, byteIndex);

    public override int GetCharCount(byte[] bytes, int index, int count) => count;

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex) =>
        GetChars(bytes.AsSpan(byteIndex, byteCount), chars.AsSpan(charIndex));

    public override int GetChars(ReadOnlySpan<byte> bytes, Span<char> chars)
    {
        // Kestrel's buffer holds 20 digits. It could not parse a longer number.
        if (bytes.Length > chars.Length)
        {
            chars.Fill('x');
            return chars.Length;
        }

        for (var i = 0; i < bytes.Length; i++)
        {
            chars[i] = char.IsAsciiDigit((char)bytes[i]) ? (char)bytes[i] : 'x';
        }

        return bytes.Length;
    }

    public override int GetMaxByteCount(int charCount) => charCount;

    public override int GetMaxCharCount(int byteCount) => byteCount;
}
