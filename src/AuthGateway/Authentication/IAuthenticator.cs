using AuthGateway.Http;

namespace AuthGateway.Authentication;

/// <summary>Recognises one kind of credential. The first answer other than <see cref="AuthenticationResult.NoCredentials"/> wins.</summary>
internal interface IAuthenticator
{
    ValueTask<AuthenticationResult> AuthenticateAsync(AccessRequest request);
}
