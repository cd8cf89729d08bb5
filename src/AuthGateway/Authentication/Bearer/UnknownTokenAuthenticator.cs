using AuthGateway.Http;

namespace AuthGateway.Authentication.Bearer;

/// <summary>
/// The last authenticator: rejects a bearer token that no other recognized, so that an API client
/// gets <c>invalid_token</c> (RFC 6750 §3.1).
/// </summary>
internal sealed class UnknownTokenAuthenticator : IAuthenticator
{
    public ValueTask<AuthenticationResult> AuthenticateAsync(AccessRequest request) => new(
        request.HasBearerScheme
            ? new AuthenticationResult.Rejected("invalid_token", "The bearer token is not known here.")
            : AuthenticationResult.NoCredentials.Instance);
}
