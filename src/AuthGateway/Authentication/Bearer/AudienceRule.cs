using System.Text.Json;
using AuthGateway.Configuration;

namespace AuthGateway.Authentication.Bearer;

/// <summary>
/// Checks the audience of an access token, for a JWT and for an introspection response alike:
/// <c>aud</c> must contain one of <c>AUDIENCES</c> or the gateway's client id. Without <c>aud</c>
/// the token must have been issued to the gateway's client (<c>client_id</c>, RFC 9068 §2.2).
/// </summary>
internal sealed class AudienceRule(GatewayOptions options)
{
    public bool Accepts(JsonElement claims) => UnverifiedJwt.Texts(claims, "aud") is { Count: > 0 } audiences
        ? audiences.Any(audience => audience == options.Provider.ClientId
            || options.Access.Audiences.Contains(audience))
        : UnverifiedJwt.Text(claims, "client_id") == options.Provider.ClientId;

    /// <summary>Returns the refusal for a token with another audience.</summary>
    public static AuthenticationResult.Rejected CreateRefusal(JsonElement claims) =>
        UnverifiedJwt.Texts(claims, "aud").Count > 0 ? TokenRefusal.WrongAudience : TokenRefusal.NoAudience;
}
