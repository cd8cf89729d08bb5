using System.Text.Json;
using AuthGateway.Oidc.Provider;

namespace AuthGateway.Oidc.Tokens;

/// <summary>
/// Checks the subject of a userinfo response (OIDC Core §5.3.2) at a login, at a refresh and under
/// strict validation. Each violation has its own message.
/// </summary>
internal static class UserInfoSubject
{
    /// <summary>Null when the response has a <c>sub</c> that can be compared.</summary>
    public static string? FindError(JsonElement userInfo)
    {
        if (!userInfo.TryGetProperty("sub", out var subject))
        {
            return "The userinfo answer has no sub claim, which OIDC Core §5.3.2 demands. "
                + "Correct it at the provider, or set OIDC_USERINFO_URL=none when the ID token holds all claims.";
        }

        return subject.ValueKind == JsonValueKind.String && subject.GetString()!.Length > 0
            ? null
            : $"The userinfo answer's sub claim is {LogText.Shape(subject)}, not a text (OIDC Core §5.3.2).";
    }

    /// <summary>
    /// Null when the response has the subject of the ID token. The message is for the log only.
    /// </summary>
    /// <param name="userInfo">The response; its <c>sub</c> can be compared.</param>
    /// <param name="expected">The <c>sub</c> of the ID token.</param>
    public static string? FindMismatch(JsonElement userInfo, string? expected)
    {
        var actual = userInfo.GetProperty("sub").GetString();
        return actual == expected
            ? null
            : $"The userinfo answer is about the sub \"{LogText.Shown(actual)}\"; "
                + $"expected is that of the ID token, \"{LogText.Shown(expected)}\" (OIDC Core §5.3.2).";
    }
}
