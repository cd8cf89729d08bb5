using AuthGateway.Access;
using AuthGateway.Configuration;
using AuthGateway.Configuration.Choices;
using AuthGateway.Oidc.Login.Attempts;
using AuthGateway.Oidc.Logout;
using AuthGateway.Oidc.Provider;
using AuthGateway.Oidc.Tokens;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;
using Microsoft.IdentityModel.Tokens;

namespace AuthGateway.Authentication.Bearer;

/// <summary>
/// An ID token of our client as bearer (<c>IDTOKEN_AUTHN_ENABLED</c>), validated as at a login (OIDC Core §3.1.3.7) but for the nonce, and without skew at its
/// end. One of our own browser logins is no credential where its token is sent as the hint of a logout address, which stays in histories and logs:
/// it is known by its nonce (<see cref="OwnNonces"/>), or because this process sent it. While ID tokens travel to applications (<c>FORWARD_ID_TOKEN</c>, <c>USERID_TOKEN_HEADER</c>), one of a browser login is no credential:
/// whoever was given it could come back with it, after the logout too. Such a token has a nonce, or was given to an application by this process, or its <c>sid</c> is logged in here.
/// </summary>
internal sealed class IdTokenAuthenticator(GatewayOptions options, ProviderMetadata metadata, TokenIdentity identities, ISessionStore store, ForwardedIdTokens forwarded, OwnNonces nonces, EndSession endSession, RefusedTokens refused)
{
    private readonly ProviderTokenHandler _handler = new(options.Provider, metadata) { Source = TokenSource.Bearer };
    private readonly bool _tokensTravel = options.Identity.ForwardIdToken || options.Identity.UserIdTokenHeader is not null;

    public async ValueTask<AuthenticationResult> CheckAsync(BearerToken token, UnverifiedJwt jwt, CancellationToken cancellationToken)
    {
        if (!metadata.TryGet(out _))
        {
            return new AuthenticationResult.Unavailable("The provider's keys are not known yet.");
        }

        if (await _handler.ValidateTokenAsync(token.Text, new TokenValidationParameters()) is { IsValid: false } refusal)
        {
            refused.Note(refusal);
            return jwt.Audiences.Contains(options.Provider.ClientId) ? TokenRefusal.Unsigned : TokenRefusal.WrongAudience;
        }

        try
        {
            if (await IsOfBrowserLoginAsync(token, jwt, cancellationToken))
            {
                return TokenRefusal.OfBrowserLogin;
            }
        }
        catch (StoreUnavailableException)
        {
            return new AuthenticationResult.Unavailable(StoreUnavailableException.ForVisitors);
        }

        var result = identities.Of(token, jwt.Claims);
        return result is AuthenticationResult.Authenticated who ? who with { IdToken = token.Text } : result;
    }

    private async Task<bool> IsOfBrowserLoginAsync(BearerToken token, UnverifiedJwt jwt, CancellationToken cancellationToken)
    {
        if (forwarded.Knows(token.Text))
        {
            return true;
        }

        if (!_tokensTravel)
        {
            return endSession.Mode != LogoutMode.Local && nonces.IsOurs(jwt.Text("nonce"));
        }

        return jwt.Claims.TryGetProperty("nonce", out _)
            || (jwt.Text("sid") is { Length: > 0 } sid
                && await ExistsAsync(new SessionFilter { Issuer = options.Provider.Issuer, ProviderSessionId = sid }, cancellationToken));
    }

    private async Task<bool> ExistsAsync(SessionFilter filter, CancellationToken cancellationToken) => (await store.ListAsync(filter, 1, cancellationToken)).Count > 0;
}
