using AuthGateway.Http;

namespace AuthGateway.Authentication.Bearer;

/// <summary>The last in line: a bearer token that nobody recognised is refused, so that an API client is told (RFC 6750 §3.1).</summary>
internal sealed class UnknownTokenAuthenticator : IAuthenticator
{
    public ValueTask<AuthenticationResult> AuthenticateAsync(AccessRequest request) => new(
        request.HasBearerScheme
            ? new AuthenticationResult.Rejected("invalid_token", "The bearer token is not known here.")
            : AuthenticationResult.NoCredentials.Instance);
}
