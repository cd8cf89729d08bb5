using System.Text.Json;

namespace AuthGateway.Oidc.Provider;

/// <summary>
/// Reads members of the provider's JSON objects. A member that is <c>null</c> counts as absent: many
/// serializers write null for a value that they do not have.
/// </summary>
internal static class JsonMembers
{
    /// <summary>The member's value; null when it is absent or JSON null.</summary>
    public static JsonElement? Member(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
