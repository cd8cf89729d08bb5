using AuthGateway.Http;

namespace AuthGateway.Authentication;

/// <summary>
/// Authenticates one kind of credential. The first result other than
/// <see cref="AuthenticationResult.NoCredentials"/> is used.
/// </summary>
internal interface IAuthenticator
{
    ValueTask<AuthenticationResult> AuthenticateAsync(AccessRequest request);
}
