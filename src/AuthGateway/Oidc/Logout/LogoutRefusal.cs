using System.Text.Json.Serialization;

namespace AuthGateway.Oidc.Logout;

/// <summary>The body of an error response (OIDC Back-Channel Logout 1.0 §2.8).</summary>
internal sealed record LogoutRefusal(
    [property: JsonPropertyName("error")] string Error,
    [property: JsonPropertyName("error_description")] string Description);
