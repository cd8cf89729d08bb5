using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;

namespace AuthGateway.Oidc;

/// <summary>
/// One login of one browser: 256 random bits live in its own cookie; nonce and PKCE verifier (RFC 7636) are HMACs of them, so nothing is stored
/// and each login has its own.
/// </summary>
internal sealed class LoginAttempt
{
    private readonly byte[] _bits;

    private LoginAttempt(string id, byte[] bits)
    {
        Id = id;
        _bits = bits;
    }

    /// <summary>Begins with its time (8 hexadecimal digits of Unix seconds), so that names sort by age.</summary>
    public string Id { get; }

    public string ReturnPath { get; init; } = "/";
    public int Retries { get; init; }

    /// <summary><c>login</c> for "log in again", else null.</summary>
    public string? Prompt { get; init; }

    public static LoginAttempt Start(DateTimeOffset now, string returnPath, int retries, string? prompt)
    {
        var random = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(6));
        var id = ((uint)now.ToUnixTimeSeconds()).ToString("x8", CultureInfo.InvariantCulture) + random;
        return new(id, RandomNumberGenerator.GetBytes(32)) { ReturnPath = returnPath, Retries = retries, Prompt = prompt };
    }

    /// <summary>The attempt behind a callback; null unless the cookie's bits are the ones that the sealed state names.</summary>
    public static LoginAttempt? Resume(LoginState state, string cookieValue)
    {
        var bits = new byte[32];
        return cookieValue.Length == 43
            && Base64Url.TryDecodeFromChars(cookieValue, bits, out var written) && written == 32
            && CryptographicOperations.FixedTimeEquals(HashOf(bits), state.CookieHash)
            ? new(state.AttemptId, bits) { ReturnPath = state.ReturnPath, Retries = state.Retries, Prompt = state.Prompt }
            : null;
    }

    public string CookieValue => Base64Url.EncodeToString(_bits);

    public string Nonce => Derive("nonce"u8);

    /// <summary>43 characters of base64url (RFC 7636 §4.1).</summary>
    public string CodeVerifier => Derive("pkce"u8);

    /// <summary>S256 (RFC 7636 §4.2).</summary>
    public string CodeChallenge => Base64Url.EncodeToString(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(CodeVerifier)));

    public LoginState ToState(DateTimeOffset now) => new(Id, HashOf(_bits), now, ReturnPath, Retries) { Prompt = Prompt };

    public override string ToString() => Id;

    private string Derive(ReadOnlySpan<byte> purpose) => Base64Url.EncodeToString(HMACSHA256.HashData(_bits, purpose));

    private static byte[] HashOf(byte[] bits) => SHA256.HashData(bits)[..16];
}

/// <summary>What the <c>state</c> parameter carries, sealed.</summary>
internal sealed record LoginState(string AttemptId, byte[] CookieHash, DateTimeOffset StartedAt, string ReturnPath, int Retries)
{
    private const int IdLength = 16;
    private const byte FreshLogin = 0x80;

    /// <summary><c>login</c> when a fresh login was asked for, else null.</summary>
    public string? Prompt { get; init; }

    /// <summary>retries, with the highest bit for a fresh login (1) ‖ Unix seconds (4) ‖ attempt id (16) ‖ cookie hash (16) ‖ return path.</summary>
    public byte[] ToBytes()
    {
        var path = System.Text.Encoding.ASCII.GetBytes(ReturnPath);
        var bytes = new byte[1 + 4 + IdLength + 16 + path.Length];
        bytes[0] = (byte)(Retries | (Prompt is null ? 0 : FreshLogin));
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(1), (uint)StartedAt.ToUnixTimeSeconds());
        System.Text.Encoding.ASCII.GetBytes(AttemptId, bytes.AsSpan(5, IdLength));
        CookieHash.CopyTo(bytes.AsSpan(5 + IdLength));
        path.CopyTo(bytes.AsSpan(21 + IdLength));
        return bytes;
    }

    public static LoginState? FromBytes(ReadOnlySpan<byte> bytes) => bytes.Length < 21 + IdLength
        ? null
        : new(
            System.Text.Encoding.ASCII.GetString(bytes.Slice(5, IdLength)),
            bytes.Slice(5 + IdLength, 16).ToArray(),
            DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32BigEndian(bytes[1..])),
            System.Text.Encoding.ASCII.GetString(bytes[(21 + IdLength)..]),
            bytes[0] & ~FreshLogin)
        {
            Prompt = (bytes[0] & FreshLogin) == 0 ? null : "login",
        };
}
