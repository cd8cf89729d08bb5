using AuthGateway.Oidc.Provider;
using AuthGateway.Oidc.Tokens;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Refresh;

/// <summary>
/// Implements <c>STRICT_SESSION_VALIDATION</c>: requests userinfo for every request with a session,
/// or once per <c>STRICT_SESSION_VALIDATION_CACHE</c>.
/// </summary>
/// <remarks>
/// A definite no (<see cref="ProviderAnswers"/>) ends the session, after a refresh has shown that
/// the access token had not merely expired. Without a response the session is kept but not
/// confirmed. An expired access token is refreshed first; without a refresh token the session has
/// ended.
/// </remarks>
internal sealed class StrictSessionValidator(
    UserInfoCheck check,
    SessionLifecycle sessions,
    TokenRefresher refresher,
    ITokenRevoker revoker,
    TimeProvider time)
{
    public bool IsOn => check.IsOn;

    /// <exception cref="StoreUnavailableException">The session cannot be read.</exception>
    public async ValueTask<SessionCheckResult> CheckAsync(
        Session session, SessionId id, CancellationToken cancellationToken)
    {
        if (check.IsRecent(session))
        {
            return SessionCheckResult.Confirmed;
        }

        var payload = await sessions.ReadPayloadAsync(id, cancellationToken);
        if (payload is not null && IsOver(payload))
        {
            payload = await RefreshAsync(session, id, payload.AccessToken, cancellationToken);
        }

        if (payload is null || (IsOver(payload) && payload.RefreshToken is null))
        {
            return SessionCheckResult.Ended;
        }

        if (payload is not { AccessToken: { } token, IdToken: { } idToken } || IsOver(payload))
        {
            return SessionCheckResult.Unknown;
        }

        var result = await check.AskAsync(session, token, idToken);
        return result == SessionCheckResult.Ended
            ? await ConfirmEndAsync(session, id, payload, token, cancellationToken)
            : result;
    }

    /// <summary>
    /// Handles a refused access token. It may have expired early instead of being revoked:
    /// refreshes once, requests userinfo once more, then ends the session.
    /// </summary>
    private async Task<SessionCheckResult> ConfirmEndAsync(
        Session session, SessionId id, SessionPayload payload, string token, CancellationToken cancellationToken)
    {
        if (payload.RefreshToken is not null)
        {
            if (await RefreshAsync(session, id, token, cancellationToken) is not { } fresh)
            {
                return SessionCheckResult.Ended;
            }

            if (fresh.AccessToken == token && fresh.RefreshToken is not null)
            {
                // The refresh did not take place: the state of the login is unknown.
                return SessionCheckResult.Unknown;
            }

            payload = fresh;
            if (fresh is { AccessToken: { } next, IdToken: { } idToken }
                && next != token
                && await check.AskAsync(session, next, idToken) is var second and not SessionCheckResult.Ended)
            {
                return second;
            }
        }

        await sessions.EndAsync(session.Hash, CancellationToken.None, SessionEnd.EndedByProvider);
        revoker.Revoke(payload);
        return SessionCheckResult.Ended;
    }

    /// <summary>
    /// Refreshes because of this access token and returns the stored payload; null when the session
    /// has ended.
    /// </summary>
    private async Task<SessionPayload?> RefreshAsync(
        Session session, SessionId id, string? token, CancellationToken cancellationToken)
    {
        await refresher.RefreshAsync(session, token).WaitAsync(cancellationToken);
        return session.HasEnded ? null : await sessions.ReadPayloadAsync(id, cancellationToken);
    }

    private bool IsOver(SessionPayload payload) => TokenLifetime.IsAccessTokenExpired(payload, time.GetUtcNow());
}
