namespace AuthGateway.Configuration.Choices;

/// <summary>
/// Client authentication at the token endpoint (<c>CLIENT_AUTH_METHOD</c>, OpenID Connect Core §9).
/// </summary>
internal enum ClientAuthMethod { ClientSecretBasic, ClientSecretPost, None }
