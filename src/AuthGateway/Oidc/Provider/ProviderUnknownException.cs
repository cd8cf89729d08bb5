namespace AuthGateway.Oidc.Provider;

/// <summary>The provider's metadata has not been read yet.</summary>
internal sealed class ProviderUnknownException() : Exception("The provider's metadata has not been read yet.");
