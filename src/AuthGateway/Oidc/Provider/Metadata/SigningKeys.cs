using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace AuthGateway.Oidc.Provider.Metadata;

/// <summary>
/// The keys of a key set (RFC 7517) that may verify a signature: RSA of at least 2,048 bits and EC,
/// not marked for encryption. Each key is read separately; one that cannot be read is omitted and
/// reported. Symmetric keys are never used.
/// </summary>
/// <param name="Keys">At most 100 keys.</param>
/// <param name="LeftOut">The omitted keys with the reasons.</param>
internal sealed record SigningKeys(IReadOnlyList<SecurityKey> Keys, IReadOnlyList<string> LeftOut)
{
    private const int MaxKeys = 100;
    private static readonly string[] EncryptionAlgorithms =
        ["RSA1_5", "RSA-OAEP", "ECDH-ES", "dir", "A128", "A192", "A256", "PBES2"];

    public static SigningKeys None { get; } = new([], []);

    /// <summary>Parses a key set; null when the text is none.</summary>
    public static SigningKeys? TryRead(string text)
    {
        if (StrictJson.ReadObject(Encoding.UTF8.GetBytes(text)) is not { } set)
        {
            return null;
        }

        if (!set.TryGetProperty("keys", out var keys) || keys.ValueKind != JsonValueKind.Array)
        {
            // authentik sends {} when it has no signing key.
            return keys.ValueKind == JsonValueKind.Null || !set.EnumerateObject().Any() ? None : null;
        }

        var usable = new List<SecurityKey>();
        var leftOut = new List<string>();
        foreach (var (index, entry) in keys.EnumerateArray().Take(MaxKeys).Index())
        {
            var (key, reason) = Read(entry);
            if (key is not null)
            {
                usable.Add(key);
            }
            else if (reason is not null)
            {
                leftOut.Add($"key {index + 1}{Name(entry)} {reason}");
            }
        }

        return new(usable, leftOut);
    }

    /// <returns>Neither a key nor a reason for a valid key with another purpose.</returns>
    private static (SecurityKey? Key, string? Reason) Read(JsonElement entry)
    {
        if (entry.ValueKind != JsonValueKind.Object)
        {
            return (null, "is no object");
        }

        try
        {
            var key = new JsonWebKey(entry.GetRawText());
            if (!IsForSignatures(key))
            {
                return (null, null);
            }

            return FindKeyError(key) is { } error ? (null, error) : (key, null);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return (null, "cannot be read");
        }
    }

    private static bool IsForSignatures(JsonWebKey key)
    {
        if (!string.IsNullOrEmpty(key.Use) && key.Use != "sig")
        {
            return false;
        }

        return (key.KeyOps.Count == 0 || key.KeyOps.Contains("verify") || key.KeyOps.Contains("sign"))
            && !EncryptionAlgorithms.Any(prefix => key.Alg?.StartsWith(prefix, StringComparison.Ordinal) == true)
            && key.Kty is JsonWebAlgorithmsKeyTypes.RSA or JsonWebAlgorithmsKeyTypes.EllipticCurve;
    }

    // Imports the key once here, so that a bad key is found before a request uses it.
    private static string? FindKeyError(JsonWebKey key)
    {
        if (key.Kty == JsonWebAlgorithmsKeyTypes.RSA)
        {
            using var rsa = RSA.Create(new RSAParameters
            {
                Modulus = Base64UrlEncoder.DecodeBytes(key.N),
                Exponent = Base64UrlEncoder.DecodeBytes(key.E),
            });
            return rsa.KeySize < 2048 ? $"is RSA of {rsa.KeySize} bits, less than 2048" : null;
        }

        var curve = key.Crv switch
        {
            "P-256" => ECCurve.NamedCurves.nistP256,
            "P-384" => ECCurve.NamedCurves.nistP384,
            "P-521" => ECCurve.NamedCurves.nistP521,
            _ => default(ECCurve?),
        };
        if (curve is not { } known)
        {
            return "is on a curve that is not supported";
        }

        using var ecdsa = ECDsa.Create(new ECParameters
        {
            Curve = known,
            Q = new ECPoint { X = Base64UrlEncoder.DecodeBytes(key.X), Y = Base64UrlEncoder.DecodeBytes(key.Y) },
        });
        return null;
    }

    private static string Name(JsonElement entry) =>
        entry.ValueKind == JsonValueKind.Object
        && entry.TryGetProperty("kid", out var kid)
        && kid.ValueKind == JsonValueKind.String
            ? $" (kid \"{LogText.Shown(kid.GetString())}\")"
            : "";
}
