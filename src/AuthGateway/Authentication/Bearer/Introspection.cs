using System.Text.Json;
using AuthGateway.Configuration;
using AuthGateway.Oidc.Provider;

namespace AuthGateway.Authentication.Bearer;

/// <summary>
/// Validates an active introspection response (RFC 7662 §2.2): it must describe an unbound access
/// token of this issuer for this audience.
/// </summary>
internal sealed class Introspection(GatewayOptions options, ProviderMetadata metadata)
{
    private readonly AudienceRule _audience = new(options);

    /// <summary>Returns null when the token is acceptable, else the refusal.</summary>
    public AuthenticationResult.Rejected? FindError(JsonElement answer) =>
        !IsAccessToken(answer)
            || answer.Member("cnf") is not null
            || (Text(answer, "iss") is { } issuer
                && issuer != options.Provider.Issuer
                && issuer != metadata.AccessTokenIssuer)
            ? TokenRefusal.WrongKind
            : _audience.Accepts(answer) ? null : AudienceRule.CreateRefusal(answer);

    // A provider may report its refresh tokens as active too. Each provider names the kind in
    // another member.
    private static bool IsAccessToken(JsonElement answer) =>
        IsOneOf(Text(answer, "token_type"), "bearer", "access_token")
        && IsOneOf(Text(answer, "typ"), "bearer", "jwt", "at+jwt")
        && IsOneOf(Text(answer, "token_usage") ?? Text(answer, "token_use"), "access_token", "access");

    private static bool IsOneOf(string? value, params ReadOnlySpan<string> accepted)
    {
        if (value is null)
        {
            return true;
        }

        foreach (var candidate in accepted)
        {
            if (candidate.Equals(value, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static string? Text(JsonElement claims, string name) => UnverifiedJwt.Text(claims, name);
}
