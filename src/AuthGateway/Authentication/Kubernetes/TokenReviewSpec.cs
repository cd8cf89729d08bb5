using System.Text.Json.Serialization;

namespace AuthGateway.Authentication.Kubernetes;

internal sealed record TokenReviewSpec
{
    [JsonPropertyName("token")]
    public required string Token { get; init; }

    [JsonPropertyName("audiences")]
    public required IReadOnlyList<string> Audiences { get; init; }
}
