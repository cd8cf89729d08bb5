using System.Text.Json.Serialization;

namespace AuthGateway.Endpoints.Account;

/// <summary>The answer of <c>userinfo</c>: who is logged in.</summary>
internal sealed record UserInfoAnswer(
    [property: JsonPropertyName("user")] string User,
    [property: JsonPropertyName("groups")] IReadOnlyList<string> Groups,
    [property: JsonPropertyName("name")] string? Name,
    [property: JsonPropertyName("email")] string? Email);
