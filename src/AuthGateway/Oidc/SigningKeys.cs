using Microsoft.IdentityModel.Tokens;

namespace AuthGateway.Oidc;

/// <summary>The keys of a key set that may verify a signature: RSA and EC, not marked for encryption; a broken neighbour does no harm, a symmetric key never counts.</summary>
internal static class SigningKeys
{
    private const int MaxKeys = 100;

    /// <exception cref="MetadataException">It is no key set.</exception>
    public static IReadOnlyList<SecurityKey> Read(string text)
    {
        JsonWebKeySet set;
        try
        {
            set = JsonWebKeySet.Create(text);
        }
        catch (Exception e) when (e is ArgumentException or System.Text.Json.JsonException or InvalidOperationException or FormatException)
        {
            throw new MetadataException("OIDC_JWKS_URL: the answer is no JSON key set; trying again.", e);
        }

        return [.. set.Keys.Where(IsForSignatures).Take(MaxKeys)];
    }

    private static bool IsForSignatures(JsonWebKey key)
    {
        if (!string.IsNullOrEmpty(key.Use) && key.Use != "sig")
        {
            return false;
        }

        return key.Kty switch
        {
            JsonWebAlgorithmsKeyTypes.RSA => key.N is not null && key.E is not null && key.KeySize >= 2048,
            JsonWebAlgorithmsKeyTypes.EllipticCurve => key.X is not null && key.Y is not null,
            _ => false,
        };
    }
}
