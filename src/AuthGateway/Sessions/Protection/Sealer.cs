using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace AuthGateway.Sessions.Protection;

/// <summary>
/// Encrypts and authenticates data with AES-256-GCM. The key is derived by HKDF (RFC 5869) from
/// <c>SESSION_SECRET</c>, a purpose, the issuer and the client id.
/// </summary>
/// <remarks>
/// The newest secret seals, every secret opens. The result is nonce (12 bytes) ‖ tag (16 bytes) ‖
/// cipher text. Associated data binds it to its row or use.
/// </remarks>
internal sealed class Sealer(SessionSecrets secrets)
{
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private readonly ConcurrentDictionary<(string Secret, string Purpose), byte[]> _keys = new();

    public byte[] Seal(
        string purpose,
        ReadOnlySpan<byte> plain,
        ReadOnlySpan<byte> associated = default,
        ReadOnlySpan<byte> holderBits = default)
    {
        var sealedText = new byte[NonceLength + TagLength + plain.Length];
        var nonce = sealedText.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(KeyFor(secrets.Newest, Bound(purpose), holderBits), TagLength);
        aes.Encrypt(
            nonce,
            plain,
            sealedText.AsSpan(NonceLength + TagLength),
            sealedText.AsSpan(NonceLength, TagLength),
            associated);
        return sealedText;
    }

    /// <summary>Decrypts; null when no secret opens it.</summary>
    /// <remarks>
    /// That is when the data is foreign, changed or moved to another row, of another issuer or
    /// client, or sealed with a withdrawn secret.
    /// </remarks>
    public byte[]? Open(
        string purpose,
        ReadOnlySpan<byte> sealedText,
        ReadOnlySpan<byte> associated = default,
        ReadOnlySpan<byte> holderBits = default) =>
        Open(secrets.Candidates, Bound(purpose), sealedText, associated, holderBits);

    /// <summary>
    /// Decrypts what an earlier release sealed without binding to issuer and client. The caller
    /// must check that the content belongs to this registration.
    /// </summary>
    public byte[]? OpenFormer(
        string purpose, ReadOnlySpan<byte> sealedText, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> holderBits) =>
        Open(secrets.Former, purpose, sealedText, associated, holderBits);

    private string Bound(string purpose) => $"{purpose}/{secrets.Registration}";

    private byte[]? Open(
        IReadOnlyList<string> candidates,
        string purpose,
        ReadOnlySpan<byte> sealedText,
        ReadOnlySpan<byte> associated,
        ReadOnlySpan<byte> holderBits)
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
            aes.Decrypt(
                sealedText[..NonceLength],
                sealedText[(NonceLength + TagLength)..],
                sealedText.Slice(NonceLength, TagLength),
                plain,
                associated);
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
            HKDF.DeriveKey(
                HashAlgorithmName.SHA256,
                Encoding.UTF8.GetBytes(pair.Secret),
                32,
                info: Encoding.UTF8.GetBytes("authgateway/" + pair.Purpose)));
        if (holderBits.IsEmpty)
        {
            return key;
        }

        var bound = new byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, holderBits, bound, salt: key, info: "authgateway/holder"u8);
        return bound;
    }
}
