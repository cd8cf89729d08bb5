using System.Text.Json.Nodes;
using AuthGateway.Oidc.Tokens;

namespace AuthGateway.Tests.Authentication;

/// <summary>Tokens signed by the scripted provider's key, as its parts of the field shape them.</summary>
internal static class TokenMint
{
    public const string Api = "api";

    /// <summary>An ID token of our client without any mark but its audience (C59).</summary>
    public static string IdToken(this FakeProvider provider, Action<JsonObject>? edit = null, ProviderUser? user = null) =>
        provider.Sign(provider.Claims(FakeProvider.ClientId, user), edit);

    /// <summary>A JWT access token for <see cref="Api"/> without any mark (C61).</summary>
    public static string AccessToken(this FakeProvider provider, Action<JsonObject>? edit = null, string? type = "JWT") =>
        provider.Sign(provider.Claims(Api, null), edit, type);

    public static JsonObject Claims(this FakeProvider provider, string audience, ProviderUser? user)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var claims = (user ?? ProviderUser.Alice).Claims();
        claims["iss"] = provider.Issuer;
        claims["aud"] = audience;
        claims["iat"] = now;
        claims["exp"] = now + 600;
        return claims;
    }

    public static string Sign(this FakeProvider provider, JsonObject claims, Action<JsonObject>? edit = null, string? type = "JWT", string? kid = null)
    {
        edit?.Invoke(claims);
        var header = provider.Header(type);
        header["kid"] = kid ?? provider.KeyId;
        return Jwt.SignRs256(header, claims, provider.Key);
    }

    public static JsonObject Header(this FakeProvider provider, string? type = "JWT")
    {
        var header = new JsonObject { ["alg"] = "RS256", ["kid"] = provider.KeyId };
        if (type is not null)
        {
            header["typ"] = type;
        }

        return header;
    }

    public static long Seconds(int fromNow) => DateTimeOffset.UtcNow.AddSeconds(fromNow).ToUnixTimeSeconds();
}
