using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace AuthGateway.Testing;

/// <summary>JSON Web Tokens by hand (RFC 7515 compact form), so that broken ones can be made too.</summary>
internal static class Jwt
{
    public static string SignRs256(JsonObject header, JsonObject claims, RSA key) =>
        Join(header, claims, input => key.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    public static string SignHs256(JsonObject header, JsonObject claims, byte[] key) => Join(header, claims, input => HMACSHA256.HashData(key, input));

    public static string Unsigned(JsonObject header, JsonObject claims) => Join(header, claims, _ => []);

    public static string SignWith(JsonObject header, JsonObject claims, Func<byte[], byte[]> sign) => Join(header, claims, sign);

    public static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    /// <summary>Left half of the SHA-256 (OIDC Core §3.1.3.6).</summary>
    public static string HalfHash(string value) => Encode(SHA256.HashData(Encoding.ASCII.GetBytes(value)).AsSpan(0, 16));

    public static JsonObject ClaimsOf(string token) => JsonNode.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]))!.AsObject();

    private static string Join(JsonObject header, JsonObject claims, Func<byte[], byte[]> sign)
    {
        var input = Encode(Encoding.UTF8.GetBytes(header.ToJsonString())) + "." + Encode(Encoding.UTF8.GetBytes(claims.ToJsonString()));
        return input + "." + Encode(sign(Encoding.ASCII.GetBytes(input)));
    }
}
