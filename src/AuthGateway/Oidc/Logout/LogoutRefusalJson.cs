using System.Text.Json.Serialization;

namespace AuthGateway.Oidc.Logout;

[JsonSerializable(typeof(LogoutRefusal))]
internal sealed partial class LogoutRefusalJson : JsonSerializerContext;
