using AuthGateway.Oidc.Login.Attempts;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Login.Callback;

/// <summary>Lets one callback with a state through in all replicas (RFC 6749 §10.5).</summary>
internal sealed class CallbackOnce(ISessionStore store, ConsumedAttempts consumed)
{
    // A little longer than a state is accepted: clocks of replicas differ.
    private static readonly TimeSpan TakenLife = LoginCookies.Life + TimeSpan.FromMinutes(5);

    /// <returns>False when the callback came before, to whichever replica.</returns>
    /// <exception cref="LoginFailedException">The store does not answer: nothing is redeemed, and the cookie stays, so that the address can be opened again.</exception>
    public async Task<bool> TakeAsync(string state, TimeSpan limit)
    {
        try
        {
            // Not the browser's token: what was cancelled may have been taken.
            return await store.TakeOnceAsync(OncePurpose.Callback, OnceId.Of(state), TakenLife, CancellationToken.None).WaitAsync(limit);
        }
        catch (Exception e) when (e is StoreUnavailableException or TimeoutException)
        {
            consumed.Release(state);
            throw new LoginFailedException(LoginFailure.StoreUnavailable, inner: e) { Reason = $"It cannot be known whether this callback came before, so it is not redeemed. {e.Message}" };
        }
    }
}
