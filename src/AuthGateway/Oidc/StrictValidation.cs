using AuthGateway.Configuration;
using AuthGateway.Sessions;

namespace AuthGateway.Oidc;

/// <summary>
/// <c>STRICT_SESSION_VALIDATION</c>: the provider's userinfo is asked on every request with a session, or once per
/// <c>STRICT_SESSION_VALIDATION_CACHE</c>. 401 there ends the session; no answer keeps it but confirms nothing. An access token past its end is refreshed first;
/// when there is nothing to refresh it with, the session is over.
/// </summary>
internal sealed class StrictValidation(ProviderOptions options, SessionLifecycle sessions, TokenRefresher refresher, UserInfoClient userInfo, TokenRevoker revoker, TimeProvider time)
{
    public bool IsOn => options.StrictSessionValidation;

    /// <exception cref="StoreUnavailableException">It cannot be known.</exception>
    public async ValueTask<StrictVerdict> CheckAsync(Session session, SessionId id, CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() - session.CheckedAt < options.StrictValidationCache)
        {
            return StrictVerdict.Confirmed;
        }

        var payload = await sessions.ReadPayloadAsync(id, cancellationToken);
        if (payload is not null && IsOver(payload))
        {
            await refresher.RefreshAsync(session).WaitAsync(cancellationToken);
            payload = session.HasEnded ? null : await sessions.ReadPayloadAsync(id, cancellationToken);
        }

        if (payload is null || (IsOver(payload) && payload.RefreshToken is null))
        {
            return StrictVerdict.Ended;
        }

        return payload is { AccessToken: { } token, IdToken: { } idToken } && !IsOver(payload)
            ? await AskAsync(session, payload, token, IdTokenReader.Text(idToken, "sub"))
            : StrictVerdict.Unknown;
    }

    private async Task<StrictVerdict> AskAsync(Session session, SessionPayload payload, string token, string? subject)
    {
        var answer = await userInfo.AskAsync(token, subject);
        if (answer.IsTokenRefused)
        {
            await sessions.EndAsync(session.Hash, CancellationToken.None, SessionEnd.EndedByProvider);
            revoker.Revoke(payload);
            return StrictVerdict.Ended;
        }

        if (answer.Claims is null)
        {
            return StrictVerdict.Unknown;
        }

        session.CheckedAt = time.GetUtcNow();
        return StrictVerdict.Confirmed;
    }

    private bool IsOver(SessionPayload payload) => TokenLife.IsAccessOver(payload, time.GetUtcNow());
}

/// <summary>What the provider says of a session now.</summary>
internal enum StrictVerdict { Confirmed, Ended, Unknown }
