using AuthGateway.Observability;
using AuthGateway.Oidc.Provider;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Tokens;

/// <summary>
/// Revokes the refresh token, then the access token (RFC 7009) after a logout. Never delays the
/// local logout and never fails it.
/// </summary>
internal sealed class TokenRevoker(
    ProviderMetadata metadata, ProviderHttpClient backChannel, Supervisor supervisor, ILogger<TokenRevoker> logger)
    : ITokenRevoker
{
    public void Revoke(SessionPayload? payload)
    {
        if (payload is not null
            && metadata.TryGet(out var known)
            && Uri.TryCreate(known.RevocationEndpoint, UriKind.Absolute, out var endpoint))
        {
            supervisor.Start("revocation of tokens", () => RevokeAsync(endpoint, payload));
        }
    }

    private async Task RevokeAsync(Uri endpoint, SessionPayload payload)
    {
        try
        {
            await PostAsync(endpoint, payload.RefreshToken, "refresh_token");
            await PostAsync(endpoint, payload.AccessToken, "access_token");
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or ObjectDisposedException)
        {
            logger.LogWarning(
                "Tokens of an ended session could not be revoked at the provider; they run out by themselves.");
        }
    }

    private async Task PostAsync(Uri endpoint, string? token, string kind)
    {
        if (token is null)
        {
            return;
        }

        using var form = new FormUrlEncodedContent([new("token", token), new("token_type_hint", kind)]);
        using var response = await backChannel.Client.PostAsync(endpoint, form);
        if (!response.IsSuccessStatusCode)
        {
            logger.LogWarning(
                "The provider answered {Status} to the revocation of a {Kind}.", (int)response.StatusCode, kind);
        }
    }
}
