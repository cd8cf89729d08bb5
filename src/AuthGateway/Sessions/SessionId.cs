using System.Buffers.Text;
using System.Security.Cryptography;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Sessions;

/// <summary>
/// The secret in the session cookie: 256 random bits, 43 base64url characters. It is never stored
/// and never logged.
/// </summary>
internal sealed class SessionId
{
    public const int TextLength = 43;

    /// <summary>Length in bytes.</summary>
    public const int Length = 32;
    private readonly byte[] _bits;

    private SessionId(byte[] bits) => _bits = bits;

    /// <summary>Creates a random session id.</summary>
    public static SessionId New() => new(RandomNumberGenerator.GetBytes(32));

    /// <summary>
    /// Parses a cookie's value; false for anything but the one canonical encoding of 32 bytes.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out SessionId? id)
    {
        id = null;
        var bits = new byte[Length];
        if (!TryDecode(text, bits))
        {
            return false;
        }

        id = new SessionId(bits);
        return true;
    }

    /// <summary>Computes the hash of a cookie's value without keeping its bits.</summary>
    public static bool TryHash(ReadOnlySpan<char> text, out SessionHash hash)
    {
        hash = default;
        Span<byte> bits = stackalloc byte[Length];
        if (!TryDecode(text, bits))
        {
            return false;
        }

        hash = HashOf(bits);
        return true;
    }

    public SessionHash Hash => HashOf(_bits);

    public ReadOnlySpan<byte> Bits => _bits;

    /// <summary>Returns the cookie's value. The name makes an accidental use visible.</summary>
    public string Reveal() => Base64Url.EncodeToString(_bits);

    public override string ToString() => "***";

    internal static SessionHash HashOf(ReadOnlySpan<byte> bits)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bits, digest);
        return SessionHash.From(digest);
    }

    /// <summary>
    /// Decodes a cookie's value; false for anything but the one canonical encoding of 32 bytes.
    /// </summary>
    internal static bool TryDecode(ReadOnlySpan<char> text, Span<byte> bits)
    {
        // 43 characters carry 258 bits. The last character must end in two zero bits; otherwise one
        // cookie had four encodings.
        return text.Length == TextLength
            && !text.ContainsAnyExcept(Alphabet)
            && "AEIMQUYcgkosw048".Contains(text[^1], StringComparison.Ordinal)
            && Base64Url.TryDecodeFromChars(text, bits, out var written)
            && written == Length;
    }

    private static readonly System.Buffers.SearchValues<char> Alphabet =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
}
