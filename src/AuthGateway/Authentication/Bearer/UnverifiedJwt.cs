using System.Text.Json;
using AuthGateway.Oidc.Provider;
using AuthGateway.Oidc.Tokens;

namespace AuthGateway.Authentication.Bearer;

/// <summary>
/// The claims of a JWT before its signature is checked. Used to select a validator and to refuse
/// the token, never to accept it.
/// </summary>
internal sealed class UnverifiedJwt
{
    /// <summary>Longest accepted JWT, in characters. A token with 500 groups has 20,000.</summary>
    private const int MaxLength = 32 * 1024;

    /// <summary>
    /// Most members of all its objects together. With array items, brackets and braces, four times
    /// as many.
    /// </summary>
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

    /// <summary>The <c>aud</c> claim: a string or an array of strings (RFC 7519 §4.1.3).</summary>
    public IReadOnlyList<string> Audiences => Texts(Claims, "aud");

    /// <summary>The <c>exp</c> claim. Null when absent or not a valid time.</summary>
    public DateTimeOffset? ExpiresAt => NumericDate.Read(Claims, "exp");

    /// <summary>
    /// The kind by the header's <c>typ</c> (RFC 9068 §2.1, Back-Channel Logout §2.4), then by the
    /// claim <c>typ</c> (Keycloak) or <c>token_use</c> (Cognito), then by claims that only one kind
    /// has. A token that is bound to a key (<c>cnf</c>, RFC 7800) is no bearer credential. One with
    /// <c>events</c> is a logout token.
    /// </summary>
    public TokenKind Kind =>
        Has("cnf", "events") ? TokenKind.Foreign : FindKindInHeader() ?? FindKindInTypeClaim() ?? GuessKindFromClaims();

    /// <summary>
    /// Decodes a JWT. Returns null for anything but three parts whose first two are JSON objects
    /// (<see cref="StrictJson"/>). The cheapest checks come first: length, dots, the number of
    /// members.
    /// </summary>
    public static UnverifiedJwt? TryRead(string token)
    {
        if (token.Length > MaxLength || token.AsSpan().Count('.') != 2)
        {
            return null;
        }

        var parts = token.Split('.');
        return parts.All(part => part.Length > 0)
            && StrictJson.ReadPart(parts[0], MaxMembers) is { } header
            && StrictJson.ReadPart(parts[1], MaxMembers) is { } claims
                ? new UnverifiedJwt(header, claims)
                : null;
    }

    public string? Text(string claim) => Text(Claims, claim);

    private TokenKind? FindKindInHeader()
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

    private TokenKind? FindKindInTypeClaim() => (Text("typ") ?? Text("token_use"))?.ToUpperInvariant() switch
    {
        null or "JWT" => null,
        "ID" => TokenKind.Id,
        "BEARER" or "ACCESS" => TokenKind.Access,
        _ => TokenKind.Foreign,
    };

    private TokenKind GuessKindFromClaims()
    {
        if (Has("scope", "scp"))
        {
            return TokenKind.Access;
        }

        return Has("nonce", "at_hash", "c_hash")
            ? TokenKind.Id
            : Has("client_id")
            ? TokenKind.Access
            : TokenKind.Unmarked;
    }

    private bool Has(params ReadOnlySpan<string> claims)
    {
        foreach (var claim in claims)
        {
            if (Claims.Member(claim) is not null)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Returns the strings of an array, or a single string. Empty for anything else.
    /// </summary>
    internal static IReadOnlyList<string> Texts(JsonElement element, string name)
    {
        if (!element.TryGetProperty(name, out var value))
        {
            return [];
        }

        return value.ValueKind switch
        {
            JsonValueKind.String => [value.GetString()!],
            JsonValueKind.Array =>
            [
                .. value.EnumerateArray()
                    .Where(item => item.ValueKind == JsonValueKind.String)
                    .Select(item => item.GetString()!),
            ],
            _ => [],
        };
    }

    internal static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
