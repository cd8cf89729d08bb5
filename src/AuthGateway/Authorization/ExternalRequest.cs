using System.Text.Json;
using System.Text.Json.Serialization;
using AuthGateway.Oidc.Tokens;
using AuthGateway.Proxy.Routes;

namespace AuthGateway.Authorization;

/// <summary>
/// The JSON body sent to the external authorizer: the fields of oidc-authservice, with
/// <c>userid</c> and <c>raw_path</c> added.
/// </summary>
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

[JsonSerializable(typeof(ExternalRequest))]
internal sealed partial class ExternalJson : JsonSerializerContext;
