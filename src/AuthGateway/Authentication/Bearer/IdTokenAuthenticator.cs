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
/// Accepts ID tokens of the gateway's client as bearer tokens (<c>IDTOKEN_AUTHN_ENABLED</c>). They
/// are validated as at a login (OIDC Core §3.1.3.7), but without a nonce and without clock skew at
/// expiry.
/// </summary>
/// <remarks>
/// The ID token of a browser login is refused where it is sent as <c>id_token_hint</c> in a logout
/// URL, which remains in histories and logs. It is recognized by its nonce
/// (<see cref="OwnNonces"/>), or because this process sent it. While ID tokens are forwarded to
/// applications (<c>FORWARD_ID_TOKEN</c>, <c>USERID_TOKEN_HEADER</c>), the ID token of a browser
/// login is refused as well: an application could use it here, even after the logout. Such a token
/// has a nonce, or was forwarded by this process, or its <c>sid</c> has a session here.
/// </remarks>
internal sealed class IdTokenAuthenticator(
    GatewayOptions options,
    ProviderMetadata metadata,
    TokenIdentity identities,
    ISessionStore store,
    ForwardedIdTokens forwarded,
    OwnNonces nonces,
    EndSession endSession,
    RefusedTokens refused)
{
    private readonly ProviderTokenHandler _handler = new(options.Provider, metadata) { Source = TokenSource.Bearer };
    private readonly bool _tokensTravel = options.Identity.ForwardIdToken
        || options.Identity.UserIdTokenHeader is not null;

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
            if (await IsOfBrowserLoginAsync(token, jwt, cancellationToken))
            {
                return TokenRefusal.OfBrowserLogin;
            }
        }
        catch (StoreUnavailableException)
        {
            return new AuthenticationResult.Unavailable(StoreUnavailableException.ForVisitors);
        }

        var result = identities.FromClaims(token, jwt.Claims);
        return result is AuthenticationResult.Authenticated who ? who with { IdToken = token.Text } : result;
    }

    private async Task<bool> IsOfBrowserLoginAsync(
        BearerToken token, UnverifiedJwt jwt, CancellationToken cancellationToken)
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
                && await ExistsAsync(
                    new SessionFilter { Issuer = options.Provider.Issuer, ProviderSessionId = sid },
                    cancellationToken));
    }

    private async Task<bool> ExistsAsync(SessionFilter filter, CancellationToken cancellationToken) =>
        (await store.ListAsync(filter, 1, cancellationToken)).Count > 0;
}
