using System.Text.Json.Serialization;

namespace AuthGateway.Authentication.Kubernetes;

internal sealed record TokenReviewStatus
{
    [JsonPropertyName("authenticated")]
    public bool? Authenticated { get; init; }

    /// <summary>The requested audiences for which the token is valid.</summary>
    [JsonPropertyName("audiences")]
    public IReadOnlyList<string>? Audiences { get; init; }

    [JsonPropertyName("user")]
    public TokenReviewUser? User { get; init; }

    [JsonPropertyName("error")]
    public string? Error { get; init; }
}
