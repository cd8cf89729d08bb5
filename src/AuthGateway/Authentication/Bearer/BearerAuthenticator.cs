using AuthGateway.Authentication.Kubernetes;
using AuthGateway.Configuration;
using AuthGateway.Http;
using Microsoft.Net.Http.Headers;

namespace AuthGateway.Authentication.Bearer;

/// <summary>
/// Passes a bearer token to the validator of its issuer and kind. Used only when the request has no
/// session. The provider's tokens are read from <c>ID_TOKEN_HEADER</c>, Kubernetes tokens from
/// <c>Authorization</c>. A token of no known kind is ignored
/// (<see cref="AuthenticationResult.NoCredentials"/>).
/// </summary>
internal sealed class BearerAuthenticator(
    GatewayOptions options,
    ProviderTokens provider,
    KubernetesAuthenticator kubernetes,
    RefusedTokens refused,
    TimeProvider time)
    : IAuthenticator
{
    private readonly bool _sameHeader = options.Access.IdTokenHeader.Equals(
        HeaderNames.Authorization, StringComparison.OrdinalIgnoreCase);

    public ValueTask<AuthenticationResult> AuthenticateAsync(AccessRequest request)
    {
        var token = BearerToken.Find(request, options.Access.IdTokenHeader);
        if (token is not null && provider.Recognises(token))
        {
            return FindExpiryError(token.Jwt) is { } error ? new(error) : provider.CheckAsync(token, request.Aborted);
        }

        var other = _sameHeader ? token : BearerToken.Find(request, HeaderNames.Authorization);
        if (other?.Jwt is { } jwt && jwt.Issuer != options.Provider.Issuer && kubernetes.Recognizes(jwt))
        {
            return FindExpiryError(jwt) is { } error ? new(error) : kubernetes.CheckAsync(other, jwt, request.Aborted);
        }

        if (request.HasBearerScheme && other?.Jwt?.Issuer is { } issuer)
        {
            refused.NoteIssuer(issuer, options.Provider.Issuer);
        }

        return new(AuthenticationResult.NoCredentials.Instance);
    }

    /// <summary>
    /// Checks the expiry without clock skew: an expired token is refused to the second, even where
    /// its validator would accept it.
    /// </summary>
    private AuthenticationResult.Rejected? FindExpiryError(UnverifiedJwt? jwt) => jwt switch
    {
        null => null,
        { ExpiresAt: null } => TokenRefusal.Endless,
        { ExpiresAt: var end } => end <= time.GetUtcNow() ? TokenRefusal.Expired : null,
    };
}
