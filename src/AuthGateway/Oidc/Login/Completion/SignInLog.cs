using AuthGateway.Access;
using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Observability;

namespace AuthGateway.Oidc.Login.Completion;

/// <summary>Logs and counts completed logins.</summary>
internal sealed partial class SignInLog(GatewayOptions options, GatewayMetrics metrics, ILogger<SignIn> logger)
{
    private int _isShortLoginLogged;

    public void Completed(Identity identity, LoginResult result)
    {
        metrics.Login("ok");
        var isUnverified = UnverifiedEmail.IsUserId(options.Identity, identity, result);
        LoggedIn(identity.UserId, isUnverified ? " Its e-mail address is not verified by the provider." : "");
        NoteShortLogin(result);
    }

    // Logged once. Many providers issue refresh tokens without offline_access in the scope.
    private void NoteShortLogin(LoginResult result)
    {
        if (options.Provider.StrictSessionValidation
            && result.RefreshToken is null
            && Interlocked.Exchange(ref _isShortLoginLogged, 1) == 0)
        {
            logger.LogWarning(
                "STRICT_SESSION_VALIDATION: the provider gives no refresh token, so every login ends with its access token (this one after {Seconds} s; 0 = not told). Let the client have refresh tokens; Dex and others want offline_access in OIDC_SCOPES.",
                result.ExpiresInSeconds);
        }
    }

    [LoggerMessage(EventId = 120, Level = LogLevel.Information, Message = "Login of {UserId}.{Remark}")]
    private partial void LoggedIn(string userId, string remark);
}
