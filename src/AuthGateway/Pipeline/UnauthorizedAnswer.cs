using System.Text.Json.Serialization;

namespace AuthGateway.Pipeline;

internal sealed record UnauthorizedAnswer
{
    [JsonPropertyName("error")]
    public required string Error { get; init; }

    [JsonPropertyName("error_description")]
    public string? Description { get; init; }

    [JsonPropertyName("login_url")]
    public string? LoginUrl { get; init; }
}

[JsonSerializable(typeof(UnauthorizedAnswer))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class UnauthorizedJson : JsonSerializerContext;
