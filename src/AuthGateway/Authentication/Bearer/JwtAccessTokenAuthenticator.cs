using AuthGateway.Configuration;
using AuthGateway.Oidc.Provider;
using AuthGateway.Oidc.Tokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthGateway.Authentication.Bearer;

/// <summary>
/// Accepts JWT access tokens of the provider (<c>ACCESS_TOKEN_AUTHN=jwt</c>). Checks the signature
/// with a published key, an asymmetric algorithm, issuer, audience (<see cref="AudienceRule"/>) and
/// times (RFC 9068 §4). Groups may be missing.
/// </summary>
internal sealed class JwtAccessTokenAuthenticator(
    GatewayOptions options, ProviderMetadata metadata, TokenIdentity identities, RefusedTokens refused)
{
    private readonly ProviderTokenHandler _handler = new(options.Provider, metadata)
    {
        Audiences = options.Access.Audiences,
        IsAudienceChecked = true,
        Source = TokenSource.Bearer,
        Kind = "access token",
    };

    private readonly AudienceRule _audience = new(options);

    public async ValueTask<AuthenticationResult> CheckAsync(BearerToken token, UnverifiedJwt jwt)
    {
        if (!metadata.TryGet(out _))
        {
            return new AuthenticationResult.Unavailable("The provider's keys are not known yet.");
        }

        if (!_audience.Accepts(jwt.Claims))
        {
            refused.NoteAudience(jwt, [.. options.Access.Audiences, options.Provider.ClientId]);
            return AudienceRule.CreateRefusal(jwt.Claims);
        }

        var validation = await _handler.ValidateSignedAsync(token.Text, new TokenValidationParameters());
        if (validation is { IsValid: false } refusal)
        {
            refused.Note(refusal);
            return TokenRefusal.Unsigned;
        }

        return identities.FromClaims(token, jwt.Claims);
    }
}
