using AuthGateway.Configuration;
using AuthGateway.Configuration.Choices;
using AuthGateway.Oidc.Provider;

namespace AuthGateway.Authentication.Bearer;

/// <summary>
/// Selects the validator of a provider token by its kind: ID tokens, and access tokens as
/// <c>ACCESS_TOKEN_AUTHN</c> sets. A JWT is recognized by its issuer, byte for byte. A JWT of
/// another issuer is never sent to the provider. An opaque token is checked when its length is
/// plausible.
/// </summary>
internal sealed class ProviderTokens(
    GatewayOptions options,
    IdTokenAuthenticator idTokens,
    JwtAccessTokenAuthenticator jwtTokens,
    OpaqueTokenAuthenticator opaqueTokens,
    ProviderMetadata metadata)
{
    private readonly AccessOptions _access = options.Access;
    private readonly bool _takesOpaque =
        options.Access is { AccessTokenEnabled: true, AccessTokenKind: AccessTokenKind.Opaque };

    public bool Recognises(BearerToken token) => token.Jwt is { } jwt
        ? jwt.Issuer is { } issuer && (issuer == options.Provider.Issuer || issuer == metadata.AccessTokenIssuer)
        : _takesOpaque && OpaqueTokenAuthenticator.IsPlausible(token);

    public ValueTask<AuthenticationResult> CheckAsync(BearerToken token, CancellationToken cancellationToken) =>
        token.Jwt is not { } jwt
        ? opaqueTokens.CheckAsync(token, cancellationToken)
        : FindKind(jwt) switch
        {
            TokenKind.Id when _access.IdTokenEnabled => idTokens.CheckAsync(token, jwt, cancellationToken),
            TokenKind.Access when _takesOpaque => opaqueTokens.CheckAsync(token, cancellationToken),
            TokenKind.Access when _access.AccessTokenEnabled => jwtTokens.CheckAsync(token, jwt),
            _ => new(TokenRefusal.WrongKind),
        };

    // A token without a type mark is an ID token when its audience is the gateway's client, so no
    // ID token is ever accepted as an access token. A separate issuer of access tokens signs no ID
    // tokens.
    private TokenKind FindKind(UnverifiedJwt jwt) => jwt.Kind is not TokenKind.Unmarked and var kind
        ? kind
        : jwt.Issuer == options.Provider.Issuer && jwt.Audiences.Contains(options.Provider.ClientId)
        ? TokenKind.Id
        : TokenKind.Access;
}
