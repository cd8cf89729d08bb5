using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Tests.Sessions;

/// <summary>
/// Seals as releases before issuer and client id were part of a seal: written out here once and for all, so that an upgrade can be tried.
/// </summary>
internal static class FormerSeal
{
    /// <summary>What those releases derived from <c>CLIENT_SECRET</c> without <c>SESSION_SECRET</c>.</summary>
    public static string FromClientSecret(string clientSecret) => Convert.ToHexStringLower(
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(clientSecret), 32, info: "authgateway/session-secret"u8.ToArray()));

    /// <summary>Puts the stored session of a stopped gateway under its former seal.</summary>
    public static async Task ApplyAsync(GatewayRig rig, string session, string secret)
    {
        Assert.True(SessionId.TryParse(session, out var id));
        var row = await rig.SharedServices.GetRequiredService<ISessionStore>().FindAsync(id!.Hash, CancellationToken.None);
        var payload = rig.SharedServices.GetRequiredService<SessionCodec>().Open(row!, id)!;
        var sealedPart = Seal(secret, "session", JsonSerializer.SerializeToUtf8Bytes(payload, SessionJson.Default.SessionPayload), id.Hash.ToArray(), id.Bits);
        using var file = StoreFile.Open(rig.StorePath);
        StoreFile.Execute(file, $"UPDATE payloads SET sealed = x'{Convert.ToHexString(sealedPart)}' WHERE hash = x'{Convert.ToHexString(id.Hash.ToArray())}'");
    }

    public static byte[] Seal(string secret, string purpose, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> associated = default, ReadOnlySpan<byte> holderBits = default)
    {
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), 32, info: Encoding.UTF8.GetBytes("authgateway/" + purpose));
        if (!holderBits.IsEmpty)
        {
            key = HKDF.DeriveKey(HashAlgorithmName.SHA256, holderBits.ToArray(), 32, salt: key, info: "authgateway/holder"u8.ToArray());
        }

        var text = new byte[28 + plain.Length];
        RandomNumberGenerator.Fill(text.AsSpan(0, 12));
        using var aes = new AesGcm(key, 16);
        aes.Encrypt(text.AsSpan(0, 12), plain, text.AsSpan(28), text.AsSpan(12, 16), associated);
        return text;
    }
}
