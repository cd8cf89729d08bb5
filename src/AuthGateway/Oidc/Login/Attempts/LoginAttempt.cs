using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;

namespace AuthGateway.Oidc.Login.Attempts;

/// <summary>
/// One login of one browser: 256 random bits live in its own cookie; nonce and PKCE verifier (RFC 7636) are HMACs of them, so nothing is stored
/// and each login has its own. Visits to one path that wait for the same login share an attempt: a page that polls sets no further cookies.
/// </summary>
internal sealed class LoginAttempt
{
    private readonly byte[] _bits;

    private LoginAttempt(string id, byte[] bits)
    {
        Id = id;
        _bits = bits;
    }

    /// <summary>Time (8 hexadecimal digits of Unix seconds, so that names sort by age) ‖ 4 random characters ‖ <see cref="TagOf"/> the path.</summary>
    public string Id { get; }

    public string ReturnPath { get; init; } = "/";
    public int Retries { get; init; }

    /// <summary><c>login</c> for "log in again", else null.</summary>
    public string? Prompt { get; init; }

    /// <summary>True when a page of ours keeps the fragment of the first address (<c>KEEP_FRAGMENT</c>).</summary>
    public bool KeepsFragment { get; init; }

    /// <summary>What a third party knows of the person (OIDC Core §4); goes to the provider once, not into the state.</summary>
    public string? LoginHint { get; init; }

    public static LoginAttempt Start(DateTimeOffset now, LoginStart start)
    {
        var random = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(3));
        var id = ((uint)now.ToUnixTimeSeconds()).ToString("x8", CultureInfo.InvariantCulture) + random + TagOf(start.ReturnPath);
        return Of(id, RandomNumberGenerator.GetBytes(32), start);
    }

    /// <summary>The attempt that this browser has begun for the same path; null when <paramref name="cookieValue"/> is none of ours.</summary>
    public static LoginAttempt? Continue(string id, string cookieValue, LoginStart start) =>
        id.Length == LoginState.IdLength && BitsOf(cookieValue) is { } bits ? Of(id, bits, start) : null;

    /// <summary>When the attempt with this id was begun; null when it is no id of ours.</summary>
    public static DateTimeOffset? BegunAt(ReadOnlySpan<char> id) =>
        id.Length == LoginState.IdLength && uint.TryParse(id[..8], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    /// <summary>Four characters that tell the paths of one browser apart; query and fragment do not count.</summary>
    public static string TagOf(string returnPath)
    {
        var end = returnPath.AsSpan().IndexOfAny('?', '#');
        var path = System.Text.Encoding.UTF8.GetBytes(end < 0 ? returnPath : returnPath[..end]);
        return Base64Url.EncodeToString(SHA256.HashData(path).AsSpan(0, 3));
    }

    /// <summary>The attempt behind a callback; null unless the cookie's bits are the ones that the sealed state names.</summary>
    public static LoginAttempt? Resume(LoginState state, string cookieValue) =>
        BitsOf(cookieValue) is { } bits && CryptographicOperations.FixedTimeEquals(HashOf(bits), state.CookieHash)
            ? new(state.AttemptId, bits) { ReturnPath = state.ReturnPath, Retries = state.Retries, Prompt = state.Prompt, KeepsFragment = state.KeepsFragment }
            : null;

    public string CookieValue => Base64Url.EncodeToString(_bits);

    public string Nonce => Derive("nonce"u8);

    /// <summary>43 characters of base64url (RFC 7636 §4.1).</summary>
    public string CodeVerifier => Derive("pkce"u8);

    /// <summary>S256 (RFC 7636 §4.2).</summary>
    public string CodeChallenge => Base64Url.EncodeToString(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(CodeVerifier)));

    /// <summary>True when the state cannot carry the return path: a cookie beside it does.</summary>
    public bool HasLongPath => ReturnUrl.InState(ReturnPath) != ReturnPath;

    public LoginState ToState(DateTimeOffset now) =>
        new(Id, HashOf(_bits), now, ReturnUrl.InState(ReturnPath), Retries) { Prompt = Prompt, KeepsFragment = KeepsFragment, HasLongPath = HasLongPath };

    public override string ToString() => Id;

    private string Derive(ReadOnlySpan<byte> purpose) => Base64Url.EncodeToString(HMACSHA256.HashData(_bits, purpose));

    private static LoginAttempt Of(string id, byte[] bits, LoginStart start) => new(id, bits)
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
        return cookieValue.Length == 43 && Base64Url.TryDecodeFromChars(cookieValue, bits, out var written) && written == 32 ? bits : null;
    }

    private static byte[] HashOf(byte[] bits) => SHA256.HashData(bits)[..16];
}
