using AuthGateway.Configuration;
using AuthGateway.Oidc.Provider;
using AuthGateway.Oidc.Tokens;
using AuthGateway.Sessions.Store;
using Microsoft.IdentityModel.Tokens;

namespace AuthGateway.Authentication.Bearer;

/// <summary>
/// Accepts ID tokens of the gateway's client as bearer tokens (<c>IDTOKEN_AUTHN_ENABLED</c>). They
/// are validated as at a login (OIDC Core §3.1.3.7), but without a nonce and without clock skew at
/// expiry.
/// </summary>
/// <remarks>The ID token of a browser login is refused (<see cref="BrowserLoginTokens"/>).</remarks>
internal sealed class IdTokenAuthenticator(
    GatewayOptions options,
    ProviderMetadata metadata,
    TokenIdentity identities,
    BrowserLoginTokens browserLogins,
    RefusedTokens refused)
{
    private readonly ProviderTokenHandler _handler = new(options.Provider, metadata) { Source = TokenSource.Bearer };

    public async ValueTask<AuthenticationResult> CheckAsync(
        BearerToken token, UnverifiedJwt jwt, CancellationToken cancellationToken)
    {
        if (!metadata.TryGet(out _))
        {
            return new AuthenticationResult.Unavailable("The provider's keys are not known yet.");
        }

        var validation = await _handler.ValidateTokenAsync(token.Text, new TokenValidationParameters());
        if (validation is { IsValid: false } refusal)
        {
            refused.Note(refusal);
            return jwt.Audiences.Contains(options.Provider.ClientId)
                ? TokenRefusal.Unsigned
                : TokenRefusal.WrongAudience;
        }

        try
        {
            if (await browserLogins.ContainAsync(token, jwt, cancellationToken))
            {
                return TokenRefusal.OfBrowserLogin;
            }
        }
        catch (StoreUnavailableException)
        {
            return new AuthenticationResult.Unavailable(StoreUnavailableException.PublicMessage);
        }

        var result = identities.FromClaims(token, jwt.Claims);
        return result is AuthenticationResult.Authenticated who ? who with { IdToken = token.Text } : result;
    }
}
