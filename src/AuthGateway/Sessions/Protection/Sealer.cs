using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace AuthGateway.Sessions.Protection;

/// <summary>
/// The one sealer: AES-256-GCM under HKDF (RFC 5869) of <c>SESSION_SECRET</c>, a purpose, the issuer and the client id. The newest secret seals, all open.
/// A sealed text is nonce (12) ‖ tag (16) ‖ cipher text; associated data binds it to its row or use.
/// </summary>
internal sealed class Sealer(SessionSecrets secrets)
{
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private readonly ConcurrentDictionary<(string Secret, string Purpose), byte[]> _keys = new();

    public byte[] Seal(string purpose, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> associated = default, ReadOnlySpan<byte> holderBits = default)
    {
        var sealedText = new byte[NonceLength + TagLength + plain.Length];
        var nonce = sealedText.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(KeyFor(secrets.Newest, Bound(purpose), holderBits), TagLength);
        aes.Encrypt(nonce, plain, sealedText.AsSpan(NonceLength + TagLength), sealedText.AsSpan(NonceLength, TagLength), associated);
        return sealedText;
    }

    /// <summary>
    /// Null when no secret opens it: foreign, changed, moved to another row, of another issuer or client, or sealed by a secret that was withdrawn.
    /// </summary>
    public byte[]? Open(string purpose, ReadOnlySpan<byte> sealedText, ReadOnlySpan<byte> associated = default, ReadOnlySpan<byte> holderBits = default) =>
        Open(secrets.Candidates, Bound(purpose), sealedText, associated, holderBits);

    /// <summary>The same for what an earlier release sealed, bound to no issuer and client: whoever opens it must prove from the content that it is of ours.</summary>
    public byte[]? OpenFormer(string purpose, ReadOnlySpan<byte> sealedText, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> holderBits) =>
        Open(secrets.Former, purpose, sealedText, associated, holderBits);

    private string Bound(string purpose) => $"{purpose}/{secrets.Registration}";

    private byte[]? Open(
        IReadOnlyList<string> candidates, string purpose, ReadOnlySpan<byte> sealedText, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> holderBits)
    {
        if (sealedText.Length < NonceLength + TagLength)
        {
            return null;
        }

        foreach (var secret in candidates)
        {
            if (TryOpen(KeyFor(secret, purpose, holderBits), sealedText, associated) is { } plain)
            {
                return plain;
            }
        }

        return null;
    }

    private static byte[]? TryOpen(byte[] key, ReadOnlySpan<byte> sealedText, ReadOnlySpan<byte> associated)
    {
        var plain = new byte[sealedText.Length - NonceLength - TagLength];
        try
        {
            using var aes = new AesGcm(key, TagLength);
            aes.Decrypt(sealedText[..NonceLength], sealedText[(NonceLength + TagLength)..], sealedText.Slice(NonceLength, TagLength), plain, associated);
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private byte[] KeyFor(string secret, string purpose, ReadOnlySpan<byte> holderBits)
    {
        var key = _keys.GetOrAdd((secret, purpose), static pair =>
            HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(pair.Secret), 32, info: Encoding.UTF8.GetBytes("authgateway/" + pair.Purpose)));
        if (holderBits.IsEmpty)
        {
            return key;
        }

        var bound = new byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, holderBits, bound, salt: key, info: "authgateway/holder"u8);
        return bound;
    }
}
