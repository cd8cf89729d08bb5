namespace AuthGateway.Configuration.Choices;

/// <summary>Format of the provider's access tokens (<c>ACCESS_TOKEN_AUTHN</c>).</summary>
internal enum AccessTokenKind { Jwt, Opaque }
