using AuthGateway.Configuration;
using AuthGateway.Configuration.Choices;
using AuthGateway.Oidc.Provider;

namespace AuthGateway.Authentication.Bearer;

/// <summary>
/// Tokens of the provider by kind: ID tokens, and access tokens as <c>ACCESS_TOKEN_AUTHN</c> says. A JWT is recognised by its issuer, byte for byte; one
/// without such an issuer never goes to the provider. An opaque token is tried when it can be one.
/// </summary>
internal sealed class ProviderTokens(GatewayOptions options, IdTokenAuthenticator idTokens, JwtAccessTokenAuthenticator jwtTokens, OpaqueTokenAuthenticator opaqueTokens, ProviderMetadata metadata)
{
    private readonly AccessOptions _access = options.Access;
    private readonly bool _takesOpaque = options.Access is { AccessTokenEnabled: true, AccessTokenKind: AccessTokenKind.Opaque };

    public bool Recognises(BearerToken token) => token.Jwt is { } jwt
        ? jwt.Issuer is { } issuer && (issuer == options.Provider.Issuer || issuer == metadata.AccessTokenIssuer)
        : _takesOpaque && OpaqueTokenAuthenticator.IsPlausible(token);

    public ValueTask<AuthenticationResult> CheckAsync(BearerToken token, CancellationToken cancellationToken) => token.Jwt is not { } jwt
        ? opaqueTokens.CheckAsync(token, cancellationToken)
        : KindOf(jwt) switch
        {
            TokenKind.Id when _access.IdTokenEnabled => idTokens.CheckAsync(token, jwt, cancellationToken),
            TokenKind.Access when _takesOpaque => opaqueTokens.CheckAsync(token, cancellationToken),
            TokenKind.Access when _access.AccessTokenEnabled => jwtTokens.CheckAsync(token, jwt),
            _ => new(TokenRefusal.WrongKind),
        };

    // A token without any mark is an ID token when it is for our client: so no ID token ever counts as an access token. (The issuer of access tokens alone signs none.)
    private TokenKind KindOf(UnverifiedJwt jwt) => jwt.Kind is not TokenKind.Unmarked and var kind
        ? kind
        : jwt.Issuer == options.Provider.Issuer && jwt.Audiences.Contains(options.Provider.ClientId) ? TokenKind.Id : TokenKind.Access;
}
