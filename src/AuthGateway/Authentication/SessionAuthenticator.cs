using AuthGateway.Access;
using AuthGateway.Http;
using AuthGateway.Oidc.Refresh;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Authentication;

/// <summary>
/// Authenticates by a session of the gateway: first by header (<c>AUTH_HEADER</c>, Basic where it
/// is enabled), then by cookie. Completes synchronously for a live session in memory. Of several
/// session cookies at most four are checked: exactly one live session authenticates, two are a
/// contradiction.
/// </summary>
internal sealed class SessionAuthenticator(
    HeaderCredentials header,
    GatewayCookies cookies,
    SessionLifecycle sessions,
    SessionHashCache hashes,
    SessionCheck check)
    : IAuthenticator
{
    public ValueTask<AuthenticationResult> AuthenticateAsync(AccessRequest request)
    {
        if (header.ValueIn(request) is { } credential
            && hashes.TryHash(credential, out var byHeader, out var isKnown))
        {
            if (sessions.TryResume(byHeader, out var session) && session is not null)
            {
                Keep(credential, byHeader, isKnown);
                return Answer(session, credential, AuthenticationMethod.Header);
            }

            return AuthenticateSlowlyAsync(request, credential, request.Aborted);
        }

        if (header.BasicIn(request) is { } password)
        {
            return AuthenticateSlowlyAsync(request, password, request.Aborted);
        }

        if (request.Cookies.Count == 0)
        {
            return new(AuthenticationResult.NoCredentials.Instance);
        }

        var value = cookies.OnlySessionValue(request.Cookies);
        if (hashes.TryHash(value, out var byCookie, out isKnown) && sessions.TryResume(byCookie, out var live))
        {
            if (live is null)
            {
                return new(AuthenticationResult.NoCredentials.Instance);
            }

            Keep(value, byCookie, isKnown);
            return Answer(live, value, AuthenticationMethod.Cookie);
        }

        var values = cookies.SessionValues(request.Cookies);
        return values.Count == 0
            ? new(AuthenticationResult.NoCredentials.Instance)
            : ByCookiesAsync(values, request.Aborted);
    }

    private void Keep(ReadOnlySpan<char> value, SessionHash hash, bool isKnown)
    {
        if (!isKnown)
        {
            hashes.Keep(value, hash);
        }
    }

    private async ValueTask<AuthenticationResult> AuthenticateSlowlyAsync(
        AccessRequest request, string credential, CancellationToken cancellationToken)
    {
        try
        {
            if (SessionId.TryParse(credential, out var id)
                && await sessions.ResumeAsync(id!, cancellationToken) is { } session)
            {
                return await Answer(session, credential, AuthenticationMethod.Header);
            }
        }
        catch (StoreUnavailableException)
        {
            return new AuthenticationResult.Unavailable(StoreUnavailableException.PublicMessage);
        }

        return await ByCookiesAsync(cookies.SessionValues(request.Cookies), cancellationToken);
    }

    private async ValueTask<AuthenticationResult> ByCookiesAsync(
        List<string> values, CancellationToken cancellationToken)
    {
        Session? found = null;
        var foundBy = "";
        try
        {
            foreach (var value in values)
            {
                if (!SessionId.TryParse(value, out var id)
                    || await sessions.ResumeAsync(id!, cancellationToken) is not { } session)
                {
                    continue;
                }

                if (found is not null)
                {
                    return new AuthenticationResult.Contradiction(
                        $"Two live sessions were sent under the cookie name {cookies.SessionName}. Delete the cookies "
                        + "of this site and log in again.");
                }

                found = session;
                foundBy = value;
            }
        }
        catch (StoreUnavailableException)
        {
            return new AuthenticationResult.Unavailable(StoreUnavailableException.PublicMessage);
        }

        return found is null
            ? AuthenticationResult.NoCredentials.Instance
            : await Answer(found, foundBy, AuthenticationMethod.Cookie);
    }

    /// <summary>Marks the session's key as in use, and starts a refresh when one is due.</summary>
    private ValueTask<AuthenticationResult> Answer(
        Session session, ReadOnlySpan<char> value, AuthenticationMethod method)
    {
        session.Hold(value);
        return check.IsNeeded(session)
            ? AnswerAfterCheckAsync(session, session.Key, method)
            : new(CreateResult(session, method));
    }

    private async ValueTask<AuthenticationResult> AnswerAfterCheckAsync(
        Session session, SessionId? id, AuthenticationMethod method) => await check.CheckAsync(session, id) switch
        {
            SessionCheckResult.Unknown =>
                new AuthenticationResult.Unavailable(
                    "The provider could not confirm this login just now (STRICT_SESSION_VALIDATION)."),
            SessionCheckResult.Confirmed when !session.HasEnded => CreateResult(session, method),
            _ => AuthenticationResult.NoCredentials.Instance,
        };

    private static AuthenticationResult.Authenticated CreateResult(Session session, AuthenticationMethod method) =>
        new AuthenticationResult.Authenticated(session.Identity, method, session);
}
