using AuthGateway.Access;
using AuthGateway.Http;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Login.Completion;

/// <summary>Stores the session of a login. The sessions that the browser had before end once the new one is stored.</summary>
internal sealed class SessionBeginning(FormerUser former, SessionLifecycle sessions)
{
    /// <param name="headers">Headers of the answer: what a former user left in the browser is cleared there.</param>
    /// <param name="request">The callback.</param>
    /// <param name="login">The session.</param>
    /// <param name="limit">How long the store may take; null = as long as it needs.</param>
    /// <exception cref="LoginFailedException">The provider ended the login meanwhile, or the store did not take it.</exception>
    public async Task<SessionId> StoreAsync(IHeaderDictionary headers, AccessRequest request, NewSession login, TimeSpan? limit)
    {
        try
        {
            await former.ForgetAsync(headers, request, login.Payload.Identity);
            // Not the browser's token: once redeemed, a login is stored even when its browser left.
            var stored = sessions.BeginAsync(login, CancellationToken.None);
            return await (limit is { } time ? stored.WaitAsync(time > TimeSpan.Zero ? time : TimeSpan.Zero) : stored)
                ?? throw new LoginFailedException(LoginFailure.EndedMeanwhile);
        }
        catch (TimeoutException e)
        {
            throw new LoginFailedException(LoginFailure.StoreUnavailable, inner: e) { Reason = "The store did not take the session within the 8 s of a callback behind Envoy." };
        }
        catch (StoreUnavailableException e)
        {
            throw new LoginFailedException(LoginFailure.StoreUnavailable, inner: e) { Reason = $"The store did not take the session. {e.Message}" };
        }
    }
}
