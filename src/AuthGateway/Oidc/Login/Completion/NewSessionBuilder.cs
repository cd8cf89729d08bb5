using AuthGateway.Access;
using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Oidc.Login.Attempts;
using AuthGateway.Oidc.Tokens;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Login.Completion;

/// <summary>Builds the session to store from a validated login.</summary>
internal sealed class NewSessionBuilder(
    ProviderOptions provider, GatewayCookies cookies, ClientAddress address, TimeProvider time)
{
    private const int MaxUserAgent = 200;

    public NewSession Build(AccessRequest request, LoginAttempt attempt, Identity identity, LoginResult result)
    {
        var now = time.GetUtcNow();
        var idToken = result.IdToken;
        var nonce = idToken.Text("nonce");
        var payload = new SessionPayload
        {
            Identity = identity,
            CreatedAtSeconds = 0,
            ExpiresAtSeconds = 0,
            ProviderSessionId = idToken.Text("sid"),
            IdToken = idToken.Raw,
            AccessToken = result.AccessToken,
            RefreshToken = result.RefreshToken,
            Nonce = nonce,
            AccessTokenExpiresAtSeconds = TokenLifetime.EndOf(now, result.ExpiresInSeconds),
            RefreshTokenExpiresAtSeconds = TokenLifetime.EndOf(now, result.RefreshExpiresInSeconds),
            IdTokenExpiresAtSeconds = idToken.ExpiresAt?.ToUnixTimeSeconds() ?? 0,
            RefreshedAtSeconds = now.ToUnixTimeSeconds(),
            FreshLoginAtSeconds = IsFresh(attempt, idToken) ? now.ToUnixTimeSeconds() : 0,
        };
        var agent = request.Headers.UserAgent.ToString();
        return new(
            payload,
            provider.Issuer,
            agent.Length > MaxUserAgent ? agent[..MaxUserAgent] : agent,
            address.Of(request)?.ToString())
        {
            AuthenticatedAt = idToken.Time("iat") ?? now,
            Nonce = nonce,
            Replaces =
            [
                .. cookies.SessionValues(request.Cookies)
                    .Select(value => SessionId.TryHash(value, out var hash) ? hash : (SessionHash?)null)
                    .OfType<SessionHash>(),
            ],
        };
    }

    // A provider that ignores prompt=login sends an old auth_time (OIDC Core §2). Without auth_time
    // the login counts as fresh.
    private bool IsFresh(LoginAttempt attempt, IdToken idToken) => attempt.Prompt == "login"
        && (idToken.Time("auth_time") is not { } proven || time.GetUtcNow() - proven < FreshLogin.Life);
}
