using System.Text.Json.Serialization;

namespace AuthGateway.Endpoints.Account;

/// <summary>The answer of <c>userinfo</c>: who is logged in.</summary>
internal sealed record UserInfoAnswer(
    [property: JsonPropertyName("user")] string User,
    [property: JsonPropertyName("groups")] IReadOnlyList<string> Groups,
    [property: JsonPropertyName("name")] string? Name,
    [property: JsonPropertyName("email")] string? Email)
{
    /// <summary>
    /// The claim <c>preferred_username</c>; only where <c>CLAIM_HEADERS</c> sends it under the name
    /// that oauth2-proxy has.
    /// </summary>
    [JsonPropertyName("preferredUsername")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PreferredUsername { get; init; }
}
