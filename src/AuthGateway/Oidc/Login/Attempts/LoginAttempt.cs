using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;

namespace AuthGateway.Oidc.Login.Attempts;

/// <summary>
/// One login attempt of one browser. Its cookie holds 256 random bits; nonce and PKCE verifier (RFC
/// 7636) are HMACs of them, so nothing is stored and every attempt has its own values.
/// </summary>
/// <remarks>
/// Visits to the same path that wait for the same login share an attempt: a polling page sets no
/// further cookies.
/// </remarks>
internal sealed class LoginAttempt
{
    private readonly byte[] _bits;

    private LoginAttempt(string id, byte[] bits)
    {
        Id = id;
        _bits = bits;
    }

    /// <summary>
    /// Unix seconds in 8 hexadecimal digits, so that names sort by age ‖ 4 random characters ‖
    /// <see cref="TagOf"/> the path.
    /// </summary>
    public string Id { get; }

    public string ReturnPath { get; init; } = "/";
    public int Retries { get; init; }

    /// <summary><c>login</c> for "log in again", otherwise null.</summary>
    public string? Prompt { get; init; }

    /// <summary>
    /// True when a page of the gateway stores the fragment of the first address
    /// (<c>KEEP_FRAGMENT</c>).
    /// </summary>
    public bool KeepsFragment { get; init; }

    /// <summary>
    /// The login hint of a third party (OIDC Core §4). Sent to the provider once, not part of the
    /// state.
    /// </summary>
    public string? LoginHint { get; init; }

    public static LoginAttempt Start(DateTimeOffset now, LoginStart start)
    {
        var random = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(3));
        var seconds = ((uint)now.ToUnixTimeSeconds()).ToString("x8", CultureInfo.InvariantCulture);
        return Create(seconds + random + TagOf(start.ReturnPath), RandomNumberGenerator.GetBytes(32), start);
    }

    /// <summary>
    /// The attempt that this browser already started for the same path; null when <paramref
    /// name="cookieValue"/> is invalid.
    /// </summary>
    public static LoginAttempt? Continue(string id, string cookieValue, LoginStart start) =>
        id.Length == LoginState.IdLength && BitsOf(cookieValue) is { } bits ? Create(id, bits, start) : null;

    /// <summary>When the attempt with this id was started; null when the id is invalid.</summary>
    public static DateTimeOffset? BegunAt(ReadOnlySpan<char> id) =>
        id.Length == LoginState.IdLength
        && uint.TryParse(id[..8], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    /// <summary>
    /// Four characters that distinguish the paths of one browser; query and fragment are ignored.
    /// </summary>
    public static string TagOf(string returnPath)
    {
        var end = returnPath.AsSpan().IndexOfAny('?', '#');
        var path = System.Text.Encoding.UTF8.GetBytes(end < 0 ? returnPath : returnPath[..end]);
        return Base64Url.EncodeToString(SHA256.HashData(path).AsSpan(0, 3));
    }

    /// <summary>
    /// The attempt of a callback; null unless the cookie's bits match the hash in the sealed state.
    /// </summary>
    public static LoginAttempt? Resume(LoginState state, string cookieValue) =>
        BitsOf(cookieValue) is { } bits && CryptographicOperations.FixedTimeEquals(HashOf(bits), state.CookieHash)
            ? new(state.AttemptId, bits)
            {
                ReturnPath = state.ReturnPath,
                Retries = state.Retries,
                Prompt = state.Prompt,
                KeepsFragment = state.KeepsFragment,
            }
            : null;

    public string CookieValue => Base64Url.EncodeToString(_bits);

    public string Nonce => Derive("nonce"u8);

    /// <summary>43 characters of base64url (RFC 7636 §4.1).</summary>
    public string CodeVerifier => Derive("pkce"u8);

    /// <summary>The S256 challenge (RFC 7636 §4.2).</summary>
    public string CodeChallenge =>
        Base64Url.EncodeToString(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(CodeVerifier)));

    /// <summary>
    /// True when the return path is too long for the state and needs a cookie of its own.
    /// </summary>
    public bool HasLongPath => ReturnUrl.InState(ReturnPath) != ReturnPath;

    public LoginState ToState(DateTimeOffset now) =>
        new(Id, HashOf(_bits), now, ReturnUrl.InState(ReturnPath), Retries)
        {
            Prompt = Prompt,
            KeepsFragment = KeepsFragment,
            HasLongPath = HasLongPath,
        };

    public override string ToString() => Id;

    private string Derive(ReadOnlySpan<byte> purpose) => Base64Url.EncodeToString(HMACSHA256.HashData(_bits, purpose));

    private static LoginAttempt Create(string id, byte[] bits, LoginStart start) => new(id, bits)
    {
        ReturnPath = start.ReturnPath,
        Retries = start.Retries,
        Prompt = start.Prompt,
        KeepsFragment = start.KeepsFragment,
        LoginHint = start.LoginHint,
    };

    private static byte[]? BitsOf(string cookieValue)
    {
        var bits = new byte[32];
        var isValid = cookieValue.Length == 43
            && Base64Url.TryDecodeFromChars(cookieValue, bits, out var written)
            && written == 32;
        return isValid ? bits : null;
    }

    private static byte[] HashOf(byte[] bits) => SHA256.HashData(bits)[..16];
}
