using System.Buffers.Text;
using System.Text.Json;

namespace AuthGateway.Oidc.Tokens;

/// <summary>A validated ID token with its claims, parsed once.</summary>
internal sealed class IdToken
{
    private IdToken(string raw, JsonElement claims)
    {
        Raw = raw;
        Claims = claims;
    }

    /// <summary>The token as it came from the provider.</summary>
    public string Raw { get; }

    public JsonElement Claims { get; }

    /// <summary><c>exp</c>; null when it is absent or out of range.</summary>
    public DateTimeOffset? ExpiresAt => Time("exp");

    /// <summary>The user at this issuer (<c>sub</c>).</summary>
    public string? Subject => Text("sub");

    /// <param name="raw">A token whose signature and claims have been validated.</param>
    public static IdToken Parse(string raw)
    {
        using var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(raw.Split('.')[1]));
        return new(raw, payload.RootElement.Clone());
    }

    /// <summary>A string claim; null when it is absent or not a string.</summary>
    public string? Text(string claim) =>
        Claims.TryGetProperty(claim, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>A NumericDate (RFC 7519 §2); null when it is absent or out of range.</summary>
    public DateTimeOffset? Time(string claim) => NumericDate.Read(Claims, claim);

    public override string ToString() => "***";
}
