using AuthGateway.Http;
using AuthGateway.Oidc.Login.Attempts;
using AuthGateway.Oidc.Provider;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Login;

/// <summary>
/// Checks whether a login that begins now can be completed. Otherwise the user would enter a
/// password in vain.
/// </summary>
internal sealed class LoginReadiness(
    ProviderMetadata metadata, ProviderAvailability availability, StoreHealth store, LoginCounter counter)
{
    /// <summary>Why the login cannot be completed; null when it can.</summary>
    public LoginFailure? FindFailure(AccessRequest request)
    {
        if (!metadata.TryGet(out _) || availability.IsDown(out _))
        {
            return LoginFailure.ProviderUnavailable;
        }

        if (store.TakesNoLogin || store.NotReadyReason is not null)
        {
            return LoginFailure.StoreUnavailable;
        }

        return counter.IsLoop(request) ? LoginFailure.TooManyLogins : null;
    }
}
