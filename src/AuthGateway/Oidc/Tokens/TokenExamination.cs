using System.Globalization;
using System.Text.Json;
using AuthGateway.Oidc.Provider;

namespace AuthGateway.Oidc.Tokens;

/// <summary>
/// Checks everything about a signed token that requires no key: format (RFC 7519 §7.2, RFC 8725
/// §3.11), algorithm, issuer, audience and times (OIDC Core §3.1.3.7). Runs before the signature
/// check, so that a token for another client never causes a fetch of keys.
/// </summary>
internal sealed class TokenExamination
{
    private const int MaxLength = 256 * 1024;
    private static readonly string[] TimeClaims = ["nbf", "iat", "exp"];
    private static readonly string[] TextClaims = ["azp", "jti", "sub", "iss"];

    private TokenExamination(JsonElement header, JsonElement claims)
    {
        Claims = claims;
        Algorithm = Text(header, "alg") ?? "";
        KeyId = Text(header, "kid") is { Length: > 0 } id ? id : null;
        Type = Text(header, "typ");
    }

    public JsonElement Claims { get; }

    public string Algorithm { get; }

    /// <summary>The <c>kid</c> header; null when the token has none.</summary>
    public string? KeyId { get; }

    public string? Type { get; }

    /// <returns>The parsed token, or the message that refuses it.</returns>
    public static (TokenExamination? Token, string? Error) Examine(string token, TokenRules rules)
    {
        var kind = rules.Kind;
        if (token.Length > MaxLength || token.AsSpan().Count('.') != 2)
        {
            return (null, token.Length <= MaxLength && token.AsSpan().Count('.') == 4
                ? $"The {kind} is encrypted (five parts), which is not supported; let the provider only sign it."
                : $"The {kind} is no signed JWT of three parts.");
        }

        var parts = token.Split('.');
        if (StrictJson.ReadPart(parts[0]) is not { } header)
        {
            return (null, $"The header of the {kind} is no JSON object with unique names.");
        }

        if (StrictJson.ReadPart(parts[1]) is not { } claims)
        {
            return (null, $"The claims of the {kind} are no JSON object with unique names.");
        }

        var examined = new TokenExamination(header, claims);
        var error = examined.FindHeaderError(header, parts[2], rules)
            ?? examined.FindIssuerError(rules)
            ?? examined.FindAudienceError(rules)
            ?? examined.FindTimeError(rules);
        return error is null ? (examined, null) : (null, error);
    }

    /// <summary>Formats a time for a message.</summary>
    public static string Shown(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>
    /// Names the entry that keeps a token from being parsed: a registered claim (RFC 7519 §4.1) or a
    /// header of the wrong JSON type.
    /// </summary>
    public string DescribeOddEntry(string kind)
    {
        foreach (var name in TimeClaims)
        {
            if (Claims.TryGetProperty(name, out var value)
                && value.ValueKind is not (JsonValueKind.Number or JsonValueKind.String))
            {
                return $"The {kind}'s {name} claim is {LogText.Shape(value)}, not a time in seconds.";
            }
        }

        foreach (var name in TextClaims)
        {
            if (Claims.TryGetProperty(name, out var value)
                && value.ValueKind is not (JsonValueKind.String or JsonValueKind.Null))
            {
                return $"The {kind}'s {name} claim is {LogText.Shape(value)}, not a text.";
            }
        }

        return $"An entry in the header of the {kind} has the wrong kind of value.";
    }

    /// <summary>
    /// A NumericDate (RFC 7519 §2); null when the claim is absent or out of range.
    /// </summary>
    public DateTimeOffset? Time(string claim) => NumericDate.Read(Claims, claim);

    public string? Text(string claim) => Text(Claims, claim);

    private string? FindHeaderError(JsonElement header, string signature, TokenRules rules)
    {
        // RFC 7515 §4.1.11: also refused when it is null or empty, which no sender may write.
        if (header.TryGetProperty("crit", out var extensions))
        {
            return extensions.ValueKind == JsonValueKind.Array && extensions.GetArrayLength() > 0
                ? $"The header of the {rules.Kind} demands extensions (crit)."
                : $"The crit entry in the header of the {rules.Kind} is no list of extensions (RFC 7515 §4.1.11).";
        }

        if (Algorithm.Equals("none", StringComparison.OrdinalIgnoreCase) || signature.Length == 0)
        {
            return $"The {rules.Kind} is not signed (alg {LogText.Shown(Algorithm)}, "
                + $"signature {(signature.Length == 0 ? "empty" : "ignored")}). "
                + $"Let the provider sign it with {string.Join(", ", rules.Algorithms)}.";
        }

        return rules.Algorithms.Contains(Algorithm)
            ? null
            : $"The provider signed the {rules.Kind} with "
                + $"{(Algorithm.Length == 0 ? "no algorithm" : LogText.Shown(Algorithm))}; "
                + $"accepted are {string.Join(", ", rules.Algorithms)} (OIDC_SIGNING_ALGS, OIDC_ALLOW_HS256). "
                + "Choose one of them for this client at the provider, or change the setting.";
    }

    private string? FindIssuerError(TokenRules rules)
    {
        var issuer = Text("iss");
        if ((issuer is not null && rules.Issuers.Contains(issuer, StringComparer.Ordinal)) || IsLeftOut("iss", rules))
        {
            return null;
        }

        return issuer is null
            ? $"The {rules.Kind} has no iss, or not as text."
            : $"The {rules.Kind} comes from the issuer \"{LogText.Shown(issuer)}\"; "
                + $"expected is \"{string.Join("\" or \"", rules.Issuers)}\" (OIDC_PROVIDER, OIDC_ISSUER). "
                + "The two must be equal byte for byte.";
    }

    private string? FindAudienceError(TokenRules rules)
    {
        List<string> audiences = !Claims.TryGetProperty("aud", out var value) ? [] : value.ValueKind switch
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
        if (rules.IsAudienceChecked || audiences.Any(rules.Audiences.Contains) || IsLeftOut("aud", rules))
        {
            return null;
        }

        return audiences.Count == 0
            ? $"The {rules.Kind} has no aud, or not as text."
            : $"The {rules.Kind} is for the audience "
                + $"\"{string.Join("\", \"", audiences.Take(5).Select(LogText.Shown))}\"; "
                + $"expected is \"{string.Join("\" or \"", rules.Audiences)}\" ({rules.AudienceSetting}).";
    }

    private bool IsLeftOut(string claim, TokenRules rules) =>
        rules.IsUserInfo && Claims.Member(claim) is null;

    private string? FindTimeError(TokenRules rules)
    {
        if (!rules.IsUserInfo && Time("exp") is null)
        {
            return $"The {rules.Kind} has no exp, or not as a number.";
        }

        if (Time("exp") is { } end && end + rules.Tolerance <= rules.Now)
        {
            return $"The {rules.Kind} has expired: exp is {Shown(end)}, {Clock(rules)}";
        }

        return Time("nbf") is { } start && start - rules.Tolerance > rules.Now
            ? $"The {rules.Kind} is not valid yet: nbf is {Shown(start)}, {Clock(rules)}"
            : null;
    }

    /// <summary>
    /// The end of every message about times: the gateway's clock and the tolerance.
    /// </summary>
    public static string Clock(TokenRules rules) =>
        $"the gateway's clock says {Shown(rules.Now)}, and the clocks may differ by "
        + $"{rules.Tolerance.TotalSeconds:0} s (OIDC_CLOCK_TOLERANCE). Compare the clocks of both machines.";

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
