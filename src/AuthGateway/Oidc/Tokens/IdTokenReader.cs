using System.Buffers.Text;
using System.Text.Json;

namespace AuthGateway.Oidc.Tokens;

/// <summary>Reads a claim of an ID token that has already been validated.</summary>
internal static class IdTokenReader
{
    /// <summary>A string claim; null when it is absent or not a string.</summary>
    public static string? Text(string idToken, string claim)
    {
        using var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(idToken.Split('.')[1]));
        return payload.RootElement.TryGetProperty(claim, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
    }

    /// <summary>
    /// A NumericDate (RFC 7519 §2); null when it is absent or out of range.
    /// </summary>
    public static DateTimeOffset? Time(string idToken, string claim)
    {
        using var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(idToken.Split('.')[1]));
        return NumericDate.Read(payload.RootElement, claim);
    }
}
