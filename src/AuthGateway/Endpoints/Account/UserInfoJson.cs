using System.Text.Json.Serialization;

namespace AuthGateway.Endpoints.Account;

/// <summary>Writes <see cref="UserInfoAnswer"/>.</summary>
[JsonSerializable(typeof(UserInfoAnswer))]
internal sealed partial class UserInfoJson : JsonSerializerContext;
