using AuthGateway.Http;
using AuthGateway.Oidc.Login;

namespace AuthGateway.Pipeline.Refusals;

/// <summary>
/// Answers a visit whose login cannot begin: 503 while the provider or the store does not answer,
/// otherwise the page of the failure.
/// </summary>
internal sealed class LoginStartFailures(UnavailableWriter unavailable, LoginFailureWriter failures)
{
    public Task WriteAsync(HttpContext context, AccessRequest request, LoginFailedException failure) =>
        failure.Failure == LoginFailure.ProviderUnavailable
            ? unavailable.WriteAsync(context, request, "The provider cannot be reached; try again in a moment.")
            : failure.Failure == LoginFailure.StoreUnavailable
            ? unavailable.WriteAsync(context, request, "The session store takes no logins at the moment.")
            : failures.WriteAsync(context, request, failure);
}
