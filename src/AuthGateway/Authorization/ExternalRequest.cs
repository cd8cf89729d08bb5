using System.Text.Json;
using System.Text.Json.Serialization;
using AuthGateway.Oidc.Tokens;
using AuthGateway.Proxy.Routes;

namespace AuthGateway.Authorization;

/// <summary>What the external authorizer is asked: the old service's JSON, with <c>userid</c> and <c>raw_path</c> added.</summary>
internal sealed record ExternalRequest
{
    /// <summary>RFC 3339, local time.</summary>
    [JsonPropertyName("timestamp")]
    public required string Timestamp { get; init; }

    [JsonPropertyName("user")]
    public required ExternalUser User { get; init; }

    [JsonPropertyName("request")]
    public required ExternalTarget Request { get; init; }
}

internal sealed record ExternalUser
{
    /// <summary>Before prefix and transformers.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>Uid of a Kubernetes token, else empty.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    /// <summary>What applications are told (<c>USERID_HEADER</c>).</summary>
    [JsonPropertyName("userid")]
    public required string UserId { get; init; }

    [JsonPropertyName("groups")]
    public required IReadOnlyList<string> Groups { get; init; }

    [JsonPropertyName("extra")]
    public required IReadOnlyDictionary<string, string[]> Extra { get; init; }

    /// <summary>Claims of the token that authenticated the request, verified; null for a session.</summary>
    [JsonPropertyName("claims")]
    public JsonElement? Claims { get; init; }
}

internal sealed record ExternalTarget
{
    [JsonPropertyName("host")]
    public required string Host { get; init; }

    /// <summary>80 when the request names none.</summary>
    [JsonPropertyName("port")]
    public required int Port { get; init; }

    /// <summary>Decoded, without the query.</summary>
    [JsonPropertyName("path")]
    public required string Path { get; init; }

    /// <summary>As it is forwarded.</summary>
    [JsonPropertyName("raw_path")]
    public required string RawPath { get; init; }

    [JsonPropertyName("method")]
    public required string Method { get; init; }
}

[JsonSerializable(typeof(ExternalRequest))]
internal sealed partial class ExternalJson : JsonSerializerContext;
