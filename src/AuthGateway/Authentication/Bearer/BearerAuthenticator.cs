using AuthGateway.Authentication.Kubernetes;
using AuthGateway.Configuration;
using AuthGateway.Http;
using Microsoft.Net.Http.Headers;

namespace AuthGateway.Authentication.Bearer;

/// <summary>
/// Sends a bearer token to the one who can check it, by issuer and kind; asked only when no session of ours is there. The provider's tokens come in
/// <c>ID_TOKEN_HEADER</c>, Kubernetes tokens in <c>Authorization</c>. A token that none of them recognises is nobody's
/// (<see cref="AuthenticationResult.NoCredentials"/>).
/// </summary>
internal sealed class BearerAuthenticator(GatewayOptions options, ProviderTokens provider, KubernetesAuthenticator kubernetes, RefusedTokens refused, TimeProvider time) : IAuthenticator
{
    private readonly bool _sameHeader = options.Access.IdTokenHeader.Equals(HeaderNames.Authorization, StringComparison.OrdinalIgnoreCase);

    public ValueTask<AuthenticationResult> AuthenticateAsync(AccessRequest request)
    {
        var token = BearerToken.Find(request, options.Access.IdTokenHeader);
        if (token is not null && provider.Recognises(token))
        {
            return FlawOfTime(token.Jwt) is { } flaw ? new(flaw) : provider.CheckAsync(token, request.Aborted);
        }

        var other = _sameHeader ? token : BearerToken.Find(request, HeaderNames.Authorization);
        if (other?.Jwt is { } jwt && jwt.Issuer != options.Provider.Issuer && kubernetes.MayBeOurs(jwt))
        {
            return FlawOfTime(jwt) is { } flaw ? new(flaw) : kubernetes.CheckAsync(other, jwt, request.Aborted);
        }

        if (request.HasBearerScheme && other?.Jwt?.Issuer is { } issuer)
        {
            refused.NoteIssuer(issuer, options.Provider.Issuer);
        }

        return new(AuthenticationResult.NoCredentials.Instance);
    }

    /// <summary>Without skew: an expired token is refused to the second, whoever would still take it.</summary>
    private AuthenticationResult.Rejected? FlawOfTime(UnverifiedJwt? jwt) => jwt switch
    {
        null => null,
        { ExpiresAt: null } => TokenRefusal.Endless,
        { ExpiresAt: var end } => end <= time.GetUtcNow() ? TokenRefusal.Expired : null,
    };
}
