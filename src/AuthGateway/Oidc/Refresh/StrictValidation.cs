using AuthGateway.Configuration;
using AuthGateway.Oidc.Provider;
using AuthGateway.Oidc.Tokens;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Refresh;

/// <summary>
/// <c>STRICT_SESSION_VALIDATION</c>: the provider's userinfo is asked on every request with a session, or once per
/// <c>STRICT_SESSION_VALIDATION_CACHE</c>. A definite no there (<see cref="ProviderAnswers"/>) ends the session, once a refresh has shown that the access
/// token had not merely run out; no answer keeps it but confirms nothing. An access token past its end is refreshed first; when there is nothing to
/// refresh it with, the session is over.
/// </summary>
internal sealed class StrictValidation(
    ProviderOptions options, SessionLifecycle sessions, TokenRefresher refresher, UserInfoClient userInfo, ITokenRevoker revoker, RefreshLog report, TimeProvider time)
{
    public bool IsOn => options.StrictSessionValidation;

    /// <exception cref="StoreUnavailableException">It cannot be known.</exception>
    public async ValueTask<SessionCheckResult> CheckAsync(Session session, SessionId id, CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() - session.CheckedAt < options.StrictValidationCache)
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

        var verdict = await AskAsync(session, token, idToken);
        return verdict == SessionCheckResult.Ended ? await AfterNoAsync(session, id, payload, token, cancellationToken) : verdict;
    }

    /// <summary>A token that ran out ahead of its told end is not a withdrawn one: one refresh, one more question, then the end.</summary>
    private async Task<SessionCheckResult> AfterNoAsync(Session session, SessionId id, SessionPayload payload, string token, CancellationToken cancellationToken)
    {
        if (payload.RefreshToken is not null)
        {
            if (await RefreshAsync(session, id, token, cancellationToken) is not { } fresh)
            {
                return SessionCheckResult.Ended;
            }

            if (fresh.AccessToken == token && fresh.RefreshToken is not null)
            {
                // The refresh did not come about: nobody knows.
                return SessionCheckResult.Unknown;
            }

            payload = fresh;
            if (fresh is { AccessToken: { } next, IdToken: { } idToken } && next != token && await AskAsync(session, next, idToken) is var second and not SessionCheckResult.Ended)
            {
                return second;
            }
        }

        await sessions.EndAsync(session.Hash, CancellationToken.None, SessionEnd.EndedByProvider);
        revoker.Revoke(payload);
        return SessionCheckResult.Ended;
    }

    /// <summary>What is stored after the refresh that this access token needs; null when the session has ended.</summary>
    private async Task<SessionPayload?> RefreshAsync(Session session, SessionId id, string? token, CancellationToken cancellationToken)
    {
        await refresher.RefreshAsync(session, token).WaitAsync(cancellationToken);
        return session.HasEnded ? null : await sessions.ReadPayloadAsync(id, cancellationToken);
    }

    private async Task<SessionCheckResult> AskAsync(Session session, string token, string idToken)
    {
        var answer = await userInfo.AskAsync(token, IdTokenReader.Text(idToken, "sub"));
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

    private bool IsOver(SessionPayload payload) => TokenLifetime.IsAccessOver(payload, time.GetUtcNow());
}

/// <summary>What the provider says of a session now.</summary>
internal enum SessionCheckResult { Confirmed, Ended, Unknown }
