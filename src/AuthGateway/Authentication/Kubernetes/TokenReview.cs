using System.Text.Json.Serialization;

namespace AuthGateway.Authentication.Kubernetes;

/// <summary>
/// Request and response of TokenReview (authentication.k8s.io/v1): the fields that the gateway
/// uses.
/// </summary>
internal sealed record TokenReview
{
    [JsonPropertyName("apiVersion")]
    public string? ApiVersion { get; init; }

    [JsonPropertyName("kind")]
    public string? Kind { get; init; }

    [JsonPropertyName("spec")]
    public TokenReviewSpec? Spec { get; init; }

    [JsonPropertyName("status")]
    public TokenReviewStatus? Status { get; init; }

    public static TokenReview Create(string token, IReadOnlyList<string> audiences) =>
        new()
        {
            ApiVersion = "authentication.k8s.io/v1",
            Kind = "TokenReview",
            Spec = new TokenReviewSpec { Token = token, Audiences = audiences },
        };
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TokenReview))]
internal sealed partial class TokenReviewJson : JsonSerializerContext;
