using System.Buffers.Text;
using System.Text.Json;
using AuthGateway.Configuration;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Sessions.Protection;

/// <summary>
/// Identifies sessions of this issuer and client among those of earlier releases, whose encryption
/// was not bound to both.
/// </summary>
internal sealed class FormerSession(ProviderOptions provider)
{
    /// <summary>
    /// Checks <c>iss</c>, <c>aud</c> and, if present, <c>azp</c> (OIDC Core §2) of the stored ID
    /// token. The token was validated at its login.
    /// </summary>
    public bool IsOfThisRegistration(SessionPayload payload)
    {
        if (payload.IdToken?.Split('.') is not [_, var middle, _] || !Base64Url.IsValid(middle))
        {
            return false;
        }

        try
        {
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(middle));
            var token = claims.RootElement;
            return token.ValueKind == JsonValueKind.Object
                && token.TryGetProperty("iss", out var issuer) && IsText(issuer, provider.Issuer)
                && token.TryGetProperty("aud", out var audience) && Names(audience)
                && (!token.TryGetProperty("azp", out var party)
                    || party.ValueKind == JsonValueKind.Null
                    || IsText(party, provider.ClientId));
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool IsText(JsonElement value, string text) =>
        value.ValueKind == JsonValueKind.String && value.ValueEquals(text);

    private bool Names(JsonElement audience) => audience.ValueKind switch
    {
        JsonValueKind.String => audience.ValueEquals(provider.ClientId),
        JsonValueKind.Array => audience.EnumerateArray().Any(one => IsText(one, provider.ClientId)),
        _ => false,
    };
}
