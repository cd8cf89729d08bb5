using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using AuthGateway.Sessions.Protection;

namespace AuthGateway.Oidc.Login.Attempts;

/// <summary>
/// Marks the nonces of the gateway's own logins (OIDC Core §3.1.2.1), so that every replica
/// recognizes an ID token of such a login, even after the logout. A nonce ends with an HMAC of its
/// beginning under <c>SESSION_SECRET</c>. Nothing is stored.
/// </summary>
internal sealed class LoginNonces(SessionSecrets secrets)
{
    private const char Separator = '.';
    private const int MarkLength = 16;
    private readonly ConcurrentDictionary<string, byte[]> _keys = new(StringComparer.Ordinal);

    /// <param name="nonce">The nonce of one attempt, without the separator.</param>
    public string Mark(string nonce) => nonce + Separator + MarkOf(secrets.Newest, nonce);

    /// <summary>
    /// True for a nonce that this gateway, or a replica with the same secret, sent to the provider.
    /// </summary>
    public bool IsOurs(string? nonce)
    {
        var end = nonce?.LastIndexOf(Separator) ?? -1;
        return end > 0
            && secrets.Candidates.Any(secret => IsEqual(nonce![(end + 1)..], MarkOf(secret, nonce[..end])));
    }

    /// <summary>
    /// True when a token's nonce belongs to the attempt. The mark is not compared: the secret may
    /// have changed since.
    /// </summary>
    public static bool IsOf(string? actual, string nonce) =>
        actual is not null && actual.LastIndexOf(Separator) is > 0 and var end && IsEqual(actual[..end], nonce);

    private string MarkOf(string secret, string nonce)
    {
        var key = _keys.GetOrAdd(secret, static text => HKDF.DeriveKey(
            HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(text), 32, info: "authgateway/nonce"u8.ToArray()));
        return Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(nonce)).AsSpan(0, MarkLength));
    }

    private static bool IsEqual(string actual, string expected) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(actual), Encoding.UTF8.GetBytes(expected));
}
