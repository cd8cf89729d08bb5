using System.Text.Json;
using System.Text.Json.Serialization;
using AuthGateway.Oidc.Tokens;
using AuthGateway.Proxy.Routes;

namespace AuthGateway.Authorization;

internal sealed record ExternalUser
{
    /// <summary>The user id before prefix and transformers.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>The uid of a Kubernetes token, else empty.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    /// <summary>The user id that applications receive (<c>USERID_HEADER</c>).</summary>
    [JsonPropertyName("userid")]
    public required string UserId { get; init; }

    [JsonPropertyName("groups")]
    public required IReadOnlyList<string> Groups { get; init; }

    [JsonPropertyName("extra")]
    public required IReadOnlyDictionary<string, string[]> Extra { get; init; }

    /// <summary>
    /// The verified claims of the token that authenticated the request. Null for a session.
    /// </summary>
    [JsonPropertyName("claims")]
    public JsonElement? Claims { get; init; }
}
