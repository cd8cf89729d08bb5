using System.Text.Json;
using AuthGateway.Oidc.Provider;

namespace AuthGateway.Oidc.Tokens;

/// <summary>The result of a userinfo request.</summary>
/// <param name="Claims">
/// The claims; null after an error and when the provider has no userinfo endpoint.
/// </param>
/// <param name="Error">Why the response cannot be used, as a code; null without an error.</param>
/// <param name="IsTokenRefused">
/// True when the provider definitely refused the access token (<see cref="ProviderAnswers"/>).
/// </param>
internal sealed record UserInfoResult(JsonElement? Claims, string? Error, bool IsTokenRefused)
{
    /// <summary>
    /// The response is about another subject and must not be used (OIDC Core §5.3.2).
    /// </summary>
    public const string OtherSubject = "userinfo_subject_mismatch";

    /// <summary>There was no usable response.</summary>
    public const string Failed = "userinfo_failed";

    /// <summary>The provider has no userinfo endpoint.</summary>
    public static UserInfoResult None { get; } = new(null, null, IsTokenRefused: false);

    /// <summary>The error as a sentence for the log.</summary>
    public string? Sentence { get; init; }

    public override string ToString() => Error ?? "***";
}
