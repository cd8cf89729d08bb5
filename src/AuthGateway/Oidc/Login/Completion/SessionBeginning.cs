using AuthGateway.Access;
using AuthGateway.Http;
using AuthGateway.Oidc.Login.Attempts;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Login.Completion;

/// <summary>
/// Begins the session of a login: stores it, gives its cookie to the browser and counts the login.
/// The browser's earlier sessions end once the new one is stored.
/// </summary>
internal sealed class SessionBeginning(
    PreviousUser former, SessionLifecycle sessions, GatewayCookies cookies, LoginCounter counter)
{
    /// <param name="headers">
    /// The response headers. They get the cookies, and clear the data that a former user left in
    /// the browser.
    /// </param>
    /// <param name="request">The callback.</param>
    /// <param name="login">The session.</param>
    /// <param name="limit">How long the store may take; null: no limit.</param>
    /// <exception cref="LoginFailedException">
    /// The provider ended the login meanwhile, or the store did not accept it.
    /// </exception>
    public async Task BeginAsync(
        IHeaderDictionary headers, AccessRequest request, NewSession login, TimeSpan? limit)
    {
        var id = await StoreAsync(headers, request, login, limit);
        headers.Append("Set-Cookie", cookies.SetSession(request, id));
        counter.Count(request, headers, id.Hash, login.Replaces);
    }

    private async Task<SessionId> StoreAsync(
        IHeaderDictionary headers, AccessRequest request, NewSession login, TimeSpan? limit)
    {
        try
        {
            await former.ClearTracesAsync(headers, request, login.Payload.Identity);
            // Not the request's cancellation token: after the code is redeemed, the login is stored
            // even when the browser has disconnected.
            var stored = sessions.BeginAsync(login, CancellationToken.None);
            return await (limit is { } time ? stored.WaitAsync(time > TimeSpan.Zero ? time : TimeSpan.Zero) : stored)
                ?? throw new LoginFailedException(LoginFailure.EndedMeanwhile);
        }
        catch (TimeoutException e)
        {
            throw new LoginFailedException(LoginFailure.StoreUnavailable, inner: e)
            {
                Reason = "The store did not take the session within the 8 s of a callback behind Envoy.",
            };
        }
        catch (StoreUnavailableException e)
        {
            throw new LoginFailedException(LoginFailure.StoreUnavailable, inner: e)
            {
                Reason = $"The store did not take the session. {e.Message}",
            };
        }
    }
}
