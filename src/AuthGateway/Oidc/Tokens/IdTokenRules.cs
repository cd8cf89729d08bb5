using System.Text.Json;
using AuthGateway.Configuration;
using AuthGateway.Oidc.Logout;
using AuthGateway.Oidc.Provider;

namespace AuthGateway.Oidc.Tokens;

/// <summary>
/// Validates what an ID token requires beyond the checks common to all tokens of the provider (OIDC
/// Core §2, §3.1.3.7). Each violation has its own message.
/// </summary>
internal static class IdTokenRules
{
    /// <summary>
    /// The maximum length of <c>sub</c> and <c>sid</c> in characters: 1,024. Logout tokens with
    /// longer values are refused too.
    /// </summary>
    public const int MaxText = 1024;

    /// <summary>Returns the first violation, or null when the ID token is valid.</summary>
    /// <param name="token">
    /// The token; signature, issuer, audience and times have been checked.
    /// </param>
    /// <param name="rules">The values it was compared with.</param>
    /// <param name="provider">The settings of this client.</param>
    /// <param name="isBearer">
    /// True for bearer tokens: their <c>azp</c> names the client that requested the token and may
    /// be another.
    /// </param>
    /// <param name="maxAge">The maximum age; null = no limit.</param>
    public static string? FindError(
        TokenExamination token, TokenRules rules, ProviderOptions provider, bool isBearer, TimeSpan? maxAge) =>
        FindPartyError(token, provider, isBearer)
        ?? FindTypeError(token)
        ?? FindSubjectError(token.Claims)
        ?? FindAgeError(token, rules, maxAge);

    // OIDC Core errata set 2: an absent azp is allowed with several audiences. One that names
    // another client is refused.
    private static string? FindPartyError(TokenExamination token, ProviderOptions provider, bool isBearer) =>
        isBearer
        || token.Claims.Member("azp") is not { } party
        || (party.ValueKind == JsonValueKind.String && party.GetString() == provider.ClientId)
            ? null
            : $"The ID token was issued to another client: azp is {LogText.Shown(party.ToString())}, "
                + $"expected is {provider.ClientId} (CLIENT_ID).";

    private static string? FindTypeError(TokenExamination token) =>
        token.Type?.EndsWith("+jwt", StringComparison.OrdinalIgnoreCase) == true
            ? $"The ID token's typ is that of another kind of token ({LogText.Shown(token.Type)})."
            : token.Claims.Member("events") is not null
                ? "The ID token has events, as a logout token has."
                : null;

    private static string? FindSubjectError(JsonElement claims)
    {
        if (!claims.TryGetProperty("sub", out var subject))
        {
            return "The ID token has no sub claim.";
        }

        if (subject.ValueKind != JsonValueKind.String || subject.GetString()!.Length == 0)
        {
            return $"The ID token's sub claim is {LogText.Shape(subject)}, not a text.";
        }

        return IsTooLong(claims, "sub") || IsTooLong(claims, "sid")
            ? $"The ID token's sub or sid is longer than {MaxText} characters."
            : null;
    }

    private static string? FindAgeError(TokenExamination token, TokenRules rules, TimeSpan? maxAge)
    {
        if (!token.Claims.TryGetProperty("iat", out _))
        {
            return "The ID token has no iat claim.";
        }

        if (token.Time("iat") is not { } issuedAt)
        {
            return "The ID token's iat claim is no time in seconds.";
        }

        if (issuedAt - rules.Tolerance > rules.Now)
        {
            return $"The ID token was issued in the future: iat is {TokenExamination.Shown(issuedAt)}, "
                + TokenExamination.Clock(rules);
        }

        return maxAge is { } limit && issuedAt + limit + rules.Tolerance < rules.Now
            ? $"The ID token is too old for a login: iat is {TokenExamination.Shown(issuedAt)}, "
                + $"the gateway's clock says {TokenExamination.Shown(rules.Now)}, "
                + $"and it may be {limit.TotalSeconds:0} s old (OIDC_ID_TOKEN_MAX_AGE)."
            : null;
    }

    // A logout token with such a value would be refused, so the session could not be ended by it.
    private static bool IsTooLong(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
        && value.GetString()!.Length > MaxText;
}
