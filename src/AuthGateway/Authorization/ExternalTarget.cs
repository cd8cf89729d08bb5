using System.Text.Json.Serialization;

namespace AuthGateway.Authorization;

internal sealed record ExternalTarget
{
    [JsonPropertyName("host")]
    public required string Host { get; init; }

    /// <summary>80 when the request names no port.</summary>
    [JsonPropertyName("port")]
    public required int Port { get; init; }

    /// <summary>The decoded path without the query.</summary>
    [JsonPropertyName("path")]
    public required string Path { get; init; }

    /// <summary>The path as it is forwarded.</summary>
    [JsonPropertyName("raw_path")]
    public required string RawPath { get; init; }

    [JsonPropertyName("method")]
    public required string Method { get; init; }
}
