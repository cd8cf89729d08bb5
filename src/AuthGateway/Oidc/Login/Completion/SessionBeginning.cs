using AuthGateway.Access;
using AuthGateway.Http;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Login.Completion;

/// <summary>
/// Stores the session of a login. The browser's earlier sessions end once the new one is stored.
/// </summary>
internal sealed class SessionBeginning(PreviousUser former, SessionLifecycle sessions)
{
    /// <param name="headers">
    /// The response headers. They clear the data that a former user left in the browser.
    /// </param>
    /// <param name="request">The callback.</param>
    /// <param name="login">The session.</param>
    /// <param name="limit">How long the store may take; null: no limit.</param>
    /// <exception cref="LoginFailedException">
    /// The provider ended the login meanwhile, or the store did not accept it.
    /// </exception>
    public async Task<SessionId> StoreAsync(
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
