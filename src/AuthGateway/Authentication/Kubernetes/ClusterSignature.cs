using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthGateway.Authentication.Kubernetes;

/// <summary>
/// Checks whether a token has a valid signature of the cluster. Only the signature is checked; the
/// token itself is validated by TokenReview.
/// </summary>
internal sealed class ClusterSignature
{
    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };

    /// <param name="token">A JWT.</param>
    /// <param name="keySet">The cluster's key set (RFC 7517).</param>
    public async Task<bool> IsGoodAsync(string token, string keySet)
    {
        var result = await _handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidateIssuer = false,
            ValidateAudience = false,
            ValidateLifetime = false,
            RequireExpirationTime = false,
            RequireSignedTokens = true,
            ValidAlgorithms = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"],
            IssuerSigningKeys = ReadKeys(keySet),
        });
        return result.IsValid;
    }

    private static IEnumerable<SecurityKey> ReadKeys(string keySet)
    {
        try
        {
            return new JsonWebKeySet(keySet).GetSigningKeys();
        }
        catch (Exception e) when (e is ArgumentException or JsonException)
        {
            return [];
        }
    }
}
