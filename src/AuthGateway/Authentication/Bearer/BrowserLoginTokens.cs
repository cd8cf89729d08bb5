using AuthGateway.Configuration;
using AuthGateway.Configuration.Choices;
using AuthGateway.Oidc.Login.Attempts;
using AuthGateway.Oidc.Logout;
using AuthGateway.Oidc.Provider;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Authentication.Bearer;

/// <summary>Recognizes the ID tokens of browser logins, which are not accepted as bearer tokens.</summary>
/// <remarks>
/// Such a token is refused where it is sent as <c>id_token_hint</c> in a logout
/// URL, which remains in histories and logs. It is recognized by its nonce
/// (<see cref="LoginNonces"/>), or because this process sent it. While ID tokens are forwarded to
/// applications (<c>FORWARD_ID_TOKEN</c>, <c>USERID_TOKEN_HEADER</c>), the ID token of a browser
/// login is refused as well: an application could use it here, even after the logout. Such a token
/// has a nonce, or was forwarded by this process, or its <c>sid</c> has a session here.
/// </remarks>
internal sealed class BrowserLoginTokens(
    GatewayOptions options, ISessionStore store, ForwardedIdTokens forwarded, LoginNonces nonces, EndSession endSession)
{
    private readonly bool _areForwarded = options.Identity.ForwardIdToken
        || options.Identity.UserIdTokenHeader is not null;

    /// <exception cref="StoreUnavailableException">It cannot be known now.</exception>
    public async Task<bool> ContainAsync(
        BearerToken token, UnverifiedJwt jwt, CancellationToken cancellationToken)
    {
        if (forwarded.Knows(token.Text))
        {
            return true;
        }

        if (!_areForwarded)
        {
            return endSession.Mode != LogoutMode.Local && nonces.IsOurs(jwt.Text("nonce"));
        }

        return jwt.Claims.Member("nonce") is not null
            || (jwt.Text("sid") is { Length: > 0 } sid
                && await ExistsAsync(
                    new SessionFilter { Issuer = options.Provider.Issuer, ProviderSessionId = sid },
                    cancellationToken));
    }

    private async Task<bool> ExistsAsync(SessionFilter filter, CancellationToken cancellationToken) =>
        (await store.ListAsync(filter, 1, cancellationToken)).Count > 0;
}
