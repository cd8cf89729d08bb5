using System.Text.Json.Serialization;

namespace AuthGateway.Oidc.Logout;

[JsonSerializable(typeof(LogoutAnswer))]
[JsonSourceGenerationOptions]
internal sealed partial class LogoutJson : JsonSerializerContext;
