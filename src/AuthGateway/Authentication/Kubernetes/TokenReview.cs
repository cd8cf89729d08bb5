using System.Text.Json.Serialization;

namespace AuthGateway.Authentication.Kubernetes;

/// <summary>A question to the API server and its answer: authentication.k8s.io/v1, as much of it as we use.</summary>
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

    public static TokenReview Of(string token, IReadOnlyList<string> audiences) =>
        new() { ApiVersion = "authentication.k8s.io/v1", Kind = "TokenReview", Spec = new TokenReviewSpec { Token = token, Audiences = audiences } };
}

internal sealed record TokenReviewSpec
{
    [JsonPropertyName("token")]
    public required string Token { get; init; }

    [JsonPropertyName("audiences")]
    public required IReadOnlyList<string> Audiences { get; init; }
}

internal sealed record TokenReviewStatus
{
    [JsonPropertyName("authenticated")]
    public bool? Authenticated { get; init; }

    /// <summary>Those of the asked audiences that the token is for.</summary>
    [JsonPropertyName("audiences")]
    public IReadOnlyList<string>? Audiences { get; init; }

    [JsonPropertyName("user")]
    public TokenReviewUser? User { get; init; }

    [JsonPropertyName("error")]
    public string? Error { get; init; }
}

internal sealed record TokenReviewUser
{
    [JsonPropertyName("username")]
    public string? Username { get; init; }

    [JsonPropertyName("uid")]
    public string? Uid { get; init; }

    [JsonPropertyName("groups")]
    public IReadOnlyList<string>? Groups { get; init; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TokenReview))]
internal sealed partial class TokenReviewJson : JsonSerializerContext;
