using System.Text.Json;
using AuthGateway.Configuration;
using AuthGateway.Oidc.Provider;

namespace AuthGateway.Authentication.Bearer;

/// <summary>Judges an active introspection answer (RFC 7662 §2.2): an access token, no bound one, of this issuer, for us.</summary>
internal sealed class Introspection(GatewayOptions options, ProviderMetadata metadata)
{
    private readonly AudienceRule _audience = new(options);

    /// <summary>Null when the token may be used here.</summary>
    public AuthenticationResult.Rejected? FlawOf(JsonElement answer) =>
        !IsAccessToken(answer) || answer.TryGetProperty("cnf", out _) || (Text(answer, "iss") is { } issuer && issuer != options.Provider.Issuer && issuer != metadata.AccessTokenIssuer)
            ? TokenRefusal.WrongKind
            : _audience.Accepts(answer) ? null : AudienceRule.RefusalOf(answer);

    // A provider may call its refresh tokens active too; each says so in its own way.
    private static bool IsAccessToken(JsonElement answer) =>
        IsOneOf(Text(answer, "token_type"), "bearer", "access_token") && IsOneOf(Text(answer, "typ"), "bearer", "jwt", "at+jwt")
        && IsOneOf(Text(answer, "token_usage") ?? Text(answer, "token_use"), "access_token", "access");

    private static bool IsOneOf(string? value, params ReadOnlySpan<string> accepted)
    {
        if (value is null)
        {
            return true;
        }

        foreach (var word in accepted)
        {
            if (word.Equals(value, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static string? Text(JsonElement claims, string name) => UnverifiedJwt.Text(claims, name);
}
