using AuthGateway.Configuration;
using AuthGateway.Oidc.Tokens;
using AuthGateway.Sessions;

namespace AuthGateway.Oidc.Refresh;

/// <summary>
/// Confirms a session by one userinfo request with its access token, and remembers when it was
/// confirmed.
/// </summary>
internal sealed class UserInfoCheck(
    ProviderOptions options, UserInfoClient userInfo, RefreshLog report, TimeProvider time)
{
    /// <summary><c>STRICT_SESSION_VALIDATION</c>.</summary>
    public bool IsOn => options.StrictSessionValidation;

    /// <summary>
    /// True when the session was confirmed within <c>STRICT_SESSION_VALIDATION_CACHE</c>.
    /// </summary>
    public bool IsRecent(Session session) => time.GetUtcNow() - session.CheckedAt < options.StrictValidationCache;

    /// <param name="session">The session.</param>
    /// <param name="token">Its access token.</param>
    /// <param name="idToken">Its ID token, whose <c>sub</c> must be that of userinfo.</param>
    public async Task<SessionCheckResult> AskAsync(Session session, string token, string idToken)
    {
        var answer = await userInfo.AskAsync(token, IdToken.Parse(idToken).Subject);
        if (answer.IsTokenRefused)
        {
            return SessionCheckResult.Ended;
        }

        if (answer.Claims is null)
        {
            report.Unconfirmed(session.Hash, answer.Sentence ?? "The provider has no userinfo endpoint.");
            return SessionCheckResult.Unknown;
        }

        session.CheckedAt = time.GetUtcNow();
        return SessionCheckResult.Confirmed;
    }
}
