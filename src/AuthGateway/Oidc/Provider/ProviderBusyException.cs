namespace AuthGateway.Oidc.Provider;

/// <summary>
/// All permits for calls that logins make to the provider are in use (<c>PROVIDER_CALLS_MAX</c>).
/// </summary>
internal sealed class ProviderBusyException(int places)
    : HttpRequestException($"{places} logins are waiting for the provider already (PROVIDER_CALLS_MAX)");
