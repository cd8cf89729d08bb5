using System.Text.Json.Serialization;

namespace AuthGateway.Authentication.Kubernetes;

internal sealed record TokenReviewUser
{
    [JsonPropertyName("username")]
    public string? Username { get; init; }

    [JsonPropertyName("uid")]
    public string? Uid { get; init; }

    [JsonPropertyName("groups")]
    public IReadOnlyList<string>? Groups { get; init; }
}
