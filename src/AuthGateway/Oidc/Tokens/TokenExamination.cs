using System.Globalization;
using System.Text.Json;
using AuthGateway.Oidc.Provider;

namespace AuthGateway.Oidc.Tokens;

/// <summary>
/// Everything about a signed token that can be judged without a key: shape (RFC 7519 §7.2, RFC 8725 §3.11), algorithm, issuer, audience, times (OIDC Core §3.1.3.7).
/// Cheap, and first: a token that is not meant for this client never causes a fetch of keys.
/// </summary>
internal sealed class TokenExamination
{
    private const int MaxLength = 256 * 1024;

    private TokenExamination(JsonElement header, JsonElement claims)
    {
        Claims = claims;
        Algorithm = Text(header, "alg") ?? "";
        KeyId = Text(header, "kid") is { Length: > 0 } id ? id : null;
        Type = Text(header, "typ");
    }

    public JsonElement Claims { get; }

    public string Algorithm { get; }

    /// <summary>Null when the token names no key.</summary>
    public string? KeyId { get; }

    public string? Type { get; }

    /// <returns>The parts, or the sentence that refuses the token.</returns>
    public static (TokenExamination? Token, string? Flaw) Examine(string token, TokenRules rules)
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
        var flaw = examined.FlawOfHeader(header, parts[2], rules) ?? examined.FlawOfIssuer(rules) ?? examined.FlawOfAudience(rules) ?? examined.FlawOfTimes(rules);
        return flaw is null ? (examined, null) : (null, flaw);
    }

    /// <summary>A time in a sentence.</summary>
    public static string Shown(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Null when the claim is absent or no believable NumericDate (RFC 7519 §2).</summary>
    public DateTimeOffset? Time(string claim) => Claims.TryGetProperty(claim, out var value) && value.ValueKind == JsonValueKind.Number
        && value.TryGetDouble(out var seconds) && seconds is > 0 and < 253402300800
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
            : null;

    public string? Text(string claim) => Text(Claims, claim);

    private string? FlawOfHeader(JsonElement header, string signature, TokenRules rules)
    {
        if (header.TryGetProperty("crit", out _))
        {
            return $"The header of the {rules.Kind} demands extensions (crit).";
        }

        if (Algorithm.Equals("none", StringComparison.OrdinalIgnoreCase) || signature.Length == 0)
        {
            return $"The {rules.Kind} is not signed (alg {LogText.Shown(Algorithm)}, signature {(signature.Length == 0 ? "empty" : "ignored")}). Let the provider sign it with {string.Join(", ", rules.Algorithms)}.";
        }

        return rules.Algorithms.Contains(Algorithm)
            ? null
            : $"The provider signed the {rules.Kind} with {(Algorithm.Length == 0 ? "no algorithm" : LogText.Shown(Algorithm))}; accepted are {string.Join(", ", rules.Algorithms)} (OIDC_SIGNING_ALGS, OIDC_ALLOW_HS256). Choose one of them for this client at the provider, or change the setting.";
    }

    private string? FlawOfIssuer(TokenRules rules)
    {
        var issuer = Text("iss");
        return (issuer is not null && rules.Issuers.Contains(issuer, StringComparer.Ordinal)) || IsLeftOut("iss", rules)
            ? null
            : issuer is null
                ? $"The {rules.Kind} has no iss, or not as text."
                : $"The {rules.Kind} comes from the issuer \"{LogText.Shown(issuer)}\"; expected is \"{string.Join("\" or \"", rules.Issuers)}\" (OIDC_PROVIDER, OIDC_ISSUER). The two must be equal byte for byte.";
    }

    private string? FlawOfAudience(TokenRules rules)
    {
        List<string> audiences = !Claims.TryGetProperty("aud", out var value) ? [] : value.ValueKind switch
        {
            JsonValueKind.String => [value.GetString()!],
            JsonValueKind.Array => [.. value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)],
            _ => [],
        };
        return rules.IsAudienceJudged || audiences.Any(rules.Audiences.Contains) || IsLeftOut("aud", rules) ? null
            : audiences.Count == 0 ? $"The {rules.Kind} has no aud, or not as text."
            : $"The {rules.Kind} is for the audience \"{string.Join("\", \"", audiences.Take(5).Select(LogText.Shown))}\"; expected is \"{string.Join("\" or \"", rules.Audiences)}\" ({rules.AudienceSetting}).";
    }

    private bool IsLeftOut(string claim, TokenRules rules) => rules.IsUserInfo && !Claims.TryGetProperty(claim, out _);

    private string? FlawOfTimes(TokenRules rules)
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

    /// <summary>The end of every sentence about times.</summary>
    public static string Clock(TokenRules rules) =>
        $"the gateway's clock says {Shown(rules.Now)}, and the clocks may differ by {rules.Tolerance.TotalSeconds:0} s (OIDC_CLOCK_TOLERANCE). Compare the clocks of both machines.";

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
