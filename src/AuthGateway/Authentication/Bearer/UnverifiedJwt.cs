using System.Text.Json;
using AuthGateway.Oidc.Provider;
using AuthGateway.Oidc.Tokens;

namespace AuthGateway.Authentication.Bearer;

/// <summary>
/// What a JWT claims of itself, before any signature was checked: good for sending it the right way and for refusing it, never for letting anybody in.
/// </summary>
internal sealed class UnverifiedJwt
{
    /// <summary>Characters. A token with 500 groups has 20,000.</summary>
    private const int MaxLength = 32 * 1024;

    /// <summary>Members of all objects in it together; with items of arrays, brackets and braces, four times as many.</summary>
    private const int MaxMembers = 1000;
    private readonly JsonElement _header;

    private UnverifiedJwt(JsonElement header, JsonElement claims)
    {
        _header = header;
        Claims = claims;
    }

    public JsonElement Claims { get; }

    public string? Issuer => Text(Claims, "iss");

    public string? Subject => Text(Claims, "sub");

    /// <summary>A text or an array of texts (RFC 7519 §4.1.3).</summary>
    public IReadOnlyList<string> Audiences => Texts(Claims, "aud");

    /// <summary>Null when absent or no believable time.</summary>
    public DateTimeOffset? ExpiresAt => Claims.TryGetProperty("exp", out var value) && value.ValueKind == JsonValueKind.Number
        && value.TryGetDouble(out var seconds) && seconds is > 0 and < 253402300800
            ? DateTimeOffset.FromUnixTimeSeconds((long)seconds)
            : null;

    /// <summary>
    /// By the header's <c>typ</c> (RFC 9068 §2.1, Back-Channel Logout §2.4), the claim <c>typ</c> (Keycloak) or <c>token_use</c> (Cognito), then by claims
    /// that only one kind has. A token that is bound to a key (<c>cnf</c>, RFC 7800) is no bearer credential; one with <c>events</c> is a logout token.
    /// </summary>
    public TokenKind Kind => Has("cnf", "events") ? TokenKind.Foreign : OfHeader() ?? OfTypeClaim() ?? OfClaims();

    /// <summary>
    /// Null for anything but three parts whose first two are JSON objects (<see cref="StrictJson"/>). What costs least is looked at first:
    /// length, dots, the number of members.
    /// </summary>
    public static UnverifiedJwt? TryRead(string token)
    {
        if (token.Length > MaxLength || token.AsSpan().Count('.') != 2)
        {
            return null;
        }

        var parts = token.Split('.');
        return parts.All(part => part.Length > 0)
            && StrictJson.ReadPart(parts[0], MaxMembers) is { } header && StrictJson.ReadPart(parts[1], MaxMembers) is { } claims
                ? new UnverifiedJwt(header, claims)
                : null;
    }

    public string? Text(string claim) => Text(Claims, claim);

    private TokenKind? OfHeader()
    {
        var type = Text(_header, "typ") ?? "";
        var slash = type.LastIndexOf('/');
        return type[(slash + 1)..].ToUpperInvariant() switch
        {
            "" or "JWT" => null,
            "AT+JWT" => TokenKind.Access,
            _ => TokenKind.Foreign,
        };
    }

    private TokenKind? OfTypeClaim() => (Text("typ") ?? Text("token_use"))?.ToUpperInvariant() switch
    {
        null or "JWT" => null,
        "ID" => TokenKind.Id,
        "BEARER" or "ACCESS" => TokenKind.Access,
        _ => TokenKind.Foreign,
    };

    private TokenKind OfClaims()
    {
        if (Has("scope", "scp"))
        {
            return TokenKind.Access;
        }

        return Has("nonce", "at_hash", "c_hash") ? TokenKind.Id : Has("client_id") ? TokenKind.Access : TokenKind.Unmarked;
    }

    private bool Has(params ReadOnlySpan<string> claims)
    {
        foreach (var claim in claims)
        {
            if (Claims.TryGetProperty(claim, out _))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The texts of an array, or a text alone; empty for anything else.</summary>
    internal static IReadOnlyList<string> Texts(JsonElement element, string name) => !element.TryGetProperty(name, out var value) ? [] : value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Array => [.. value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)],
        _ => [],
    };

    internal static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
