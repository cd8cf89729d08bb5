using System.Text.Json;
using AuthGateway.Configuration;

namespace AuthGateway.Authentication.Bearer;

/// <summary>
/// Whom an access token must be for, the same for a JWT and for an introspection answer: one of <c>AUDIENCES</c> or our client id in <c>aud</c>;
/// without any <c>aud</c> the token must have been issued to our client (<c>client_id</c>, RFC 9068 §2.2).
/// </summary>
internal sealed class AudienceRule(GatewayOptions options)
{
    public bool Accepts(JsonElement claims) => UnverifiedJwt.Texts(claims, "aud") is { Count: > 0 } audiences
        ? audiences.Any(audience => audience == options.Provider.ClientId || options.Access.Audiences.Contains(audience))
        : UnverifiedJwt.Text(claims, "client_id") == options.Provider.ClientId;

    /// <summary>Why it is not for us.</summary>
    public static AuthenticationResult.Rejected RefusalOf(JsonElement claims) =>
        UnverifiedJwt.Texts(claims, "aud").Count > 0 ? TokenRefusal.WrongAudience : TokenRefusal.NoAudience;
}
