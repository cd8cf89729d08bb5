namespace AuthGateway.Oidc.Provider;

internal sealed class ProviderUnknownException()
    : Exception("The provider's metadata has not been read yet.");
