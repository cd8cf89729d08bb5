using System.Text.Json.Serialization;

namespace AuthGateway.Oidc.Logout;

/// <summary>The answer to a logout by header, as oidc-authservice gives it.</summary>
internal sealed record LogoutAnswer([property: JsonPropertyName("afterLogoutURL")] string AfterLogoutUrl);
