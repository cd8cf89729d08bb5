using System.Text.Json;
using AuthGateway.Configuration;
using AuthGateway.Oidc.Logout;
using AuthGateway.Oidc.Provider;

namespace AuthGateway.Oidc.Tokens;

/// <summary>What an ID token must hold beyond what every token of the provider must (OIDC Core §2, §3.1.3.7), each as its own sentence.</summary>
internal static class IdTokenRules
{
    /// <summary>The most characters of a <c>sub</c> or <c>sid</c>: a logout token that names a longer one is refused too.</summary>
    public const int MaxText = 1024;

    /// <param name="token">Its signature, issuer, audience and times are good.</param>
    /// <param name="rules">What it was compared with.</param>
    /// <param name="provider">Our client there.</param>
    /// <param name="isBearer">Presented by anybody: <c>azp</c> names who asked for it, and says nothing against its use.</param>
    /// <param name="maxAge">Null = no limit.</param>
    /// <returns>Null when all is well.</returns>
    public static string? FlawOf(TokenExamination token, TokenRules rules, ProviderOptions provider, bool isBearer, TimeSpan? maxAge) =>
        FlawOfParty(token, provider, isBearer) ?? FlawOfKind(token) ?? FlawOfSubject(token.Claims) ?? FlawOfAge(token, rules, maxAge);

    // Core errata 2: an absent azp is fine with several audiences; one that names another client is not.
    private static string? FlawOfParty(TokenExamination token, ProviderOptions provider, bool isBearer) =>
        isBearer || !token.Claims.TryGetProperty("azp", out var party) || party.ValueKind == JsonValueKind.Null || (party.ValueKind == JsonValueKind.String && party.GetString() == provider.ClientId)
            ? null
            : $"The ID token was issued to another client: azp is {LogText.Shown(party.ToString())}, expected is {provider.ClientId} (CLIENT_ID).";

    private static string? FlawOfKind(TokenExamination token) =>
        token.Type?.EndsWith("+jwt", StringComparison.OrdinalIgnoreCase) == true
            ? $"The ID token's typ is that of another kind of token ({LogText.Shown(token.Type)})."
            : token.Claims.TryGetProperty("events", out _) ? "The ID token has events, as a logout token has." : null;

    private static string? FlawOfSubject(JsonElement claims)
    {
        if (!claims.TryGetProperty("sub", out var subject))
        {
            return "The ID token has no sub claim.";
        }

        if (subject.ValueKind != JsonValueKind.String || subject.GetString()!.Length == 0)
        {
            return $"The ID token's sub claim is {LogText.Shape(subject)}, not a text.";
        }

        return TooLong(claims, "sub") || TooLong(claims, "sid") ? $"The ID token's sub or sid is longer than {MaxText} characters." : null;
    }

    private static string? FlawOfAge(TokenExamination token, TokenRules rules, TimeSpan? maxAge)
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
            return $"The ID token was issued in the future: iat is {TokenExamination.Shown(issuedAt)}, {TokenExamination.Clock(rules)}";
        }

        return maxAge is { } limit && issuedAt + limit + rules.Tolerance < rules.Now
            ? $"The ID token is too old for a login: iat is {TokenExamination.Shown(issuedAt)}, the gateway's clock says {TokenExamination.Shown(rules.Now)}, and it may be {limit.TotalSeconds:0} s old (OIDC_ID_TOKEN_MAX_AGE)."
            : null;
    }

    // A logout token that names it could not be understood.
    private static bool TooLong(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString()!.Length > MaxText;
}
