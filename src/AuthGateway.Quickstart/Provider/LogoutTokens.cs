using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthGateway.Quickstart.Provider;

/// <summary>Tells clients that a session ended (OIDC Back-Channel Logout 1.0 §2.4, §2.5). A client that does not answer is not asked again.</summary>
internal sealed class LogoutTokens(Uri issuer, ProviderKey key, ClientRegistry clients, TimeProvider time) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(3) };

    public Task SendAsync(ProviderSession session) => Task.WhenAll(
        session.Clients.Select(clients.Find).OfType<DevClient>().Where(client => client.BackchannelLogoutUri is not null)
            .Select(client => PostAsync(client, session)));

    public string Create(string clientId, ProviderSession session)
    {
        var now = time.GetUtcNow();
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer.AbsoluteUri,
            Audience = clientId,
            IssuedAt = now.UtcDateTime,
            Expires = now.AddMinutes(2).UtcDateTime,
            TokenType = "logout+jwt",
            SigningCredentials = key.Credentials,
            Claims = new Dictionary<string, object>
            {
                ["sub"] = session.Subject,
                ["sid"] = session.Sid,
                ["jti"] = Guid.NewGuid().ToString("N"),
                ["events"] = new Dictionary<string, object> { ["http://schemas.openid.net/event/backchannel-logout"] = new Dictionary<string, object>() },
            },
        });
    }

    public void Dispose() => _http.Dispose();

    private async Task PostAsync(DevClient client, ProviderSession session)
    {
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("logout_token", Create(client.Id, session))]);
        try
        {
            using var answer = await _http.PostAsync(client.BackchannelLogoutUri, form);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            // The session is over here whether or not the client hears of it.
        }
    }
}
