using System.Text.Json;
using AuthGateway.Oidc.Provider;

namespace AuthGateway.Oidc.Tokens;

/// <summary>Whom a userinfo answer is about (OIDC Core §5.3.2), at a login, at a refresh and under strict validation alike: each refusal is a sentence of its own.</summary>
internal static class UserInfoSubject
{
    /// <summary>Null when there is a <c>sub</c> that can be compared.</summary>
    public static string? FlawOf(JsonElement userInfo) => !userInfo.TryGetProperty("sub", out var subject)
        ? "The userinfo answer has no sub claim, which OIDC Core §5.3.2 demands. Correct it at the provider, or set OIDC_USERINFO_URL=none when the ID token holds all claims."
        : subject.ValueKind == JsonValueKind.String && subject.GetString()!.Length > 0
            ? null
            : $"The userinfo answer's sub claim is {LogText.Shape(subject)}, not a text (OIDC Core §5.3.2).";

    /// <summary>Null when it is about the person of the ID token. The sentence is for the log alone.</summary>
    /// <param name="userInfo">Its <c>sub</c> can be compared.</param>
    /// <param name="expected"><c>sub</c> of the ID token.</param>
    public static string? ContradictionOf(JsonElement userInfo, string? expected) => userInfo.GetProperty("sub").GetString() is var seen && seen == expected
        ? null
        : $"The userinfo answer is about the sub \"{LogText.Shown(seen)}\"; expected is that of the ID token, \"{LogText.Shown(expected)}\" (OIDC Core §5.3.2).";
}
