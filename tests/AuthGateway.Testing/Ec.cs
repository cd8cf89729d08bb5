using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace AuthGateway.Testing;

/// <summary>Keys and signatures of ES256 (RFC 7518 §3.4).</summary>
internal static class Ec
{
    public static JsonObject PublicKey(string id, ECDsa pair)
    {
        var key = pair.ExportParameters(false);
        return new JsonObject { ["kty"] = "EC", ["use"] = "sig", ["alg"] = "ES256", ["kid"] = id, ["crv"] = "P-256", ["x"] = Jwt.Encode(key.Q.X), ["y"] = Jwt.Encode(key.Q.Y) };
    }

    public static string Sign(JsonObject header, JsonObject claims, ECDsa key) => Jwt.SignWith(header, claims, input => key.SignData(input, HashAlgorithmName.SHA256));
}
