using AuthGateway.Oidc.Login.Attempts;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Login.Callback;

/// <summary>Accepts each state in one callback only, in all replicas (RFC 6749 §10.5).</summary>
internal sealed class CallbackOnce(ISessionStore store, ConsumedAttempts consumed, UnansweredTakes unanswered)
{
    // Longer than a state is accepted, because the clocks of replicas differ.
    private static readonly TimeSpan TakenLife = LoginCookies.Life + TimeSpan.FromMinutes(5);

    /// <returns>
    /// In whose name the state was taken; null when the callback came before, to this or another
    /// replica.
    /// </returns>
    /// <exception cref="LoginFailedException">
    /// The store does not answer. Nothing is redeemed, and the cookie is kept, so that the address
    /// can be opened again: here, because the store may have taken the state in this name.
    /// </exception>
    public async Task<string?> TakeAsync(string state, TimeSpan limit)
    {
        var id = OnceId.Of(state);
        var taker = unanswered.Remove(id) ?? Guid.NewGuid().ToString("N");
        try
        {
            // Not the request's cancellation token: a cancelled call may have taken the state.
            return await store
                .TakeOnceAsync(OncePurpose.Callback, id, taker, TakenLife, CancellationToken.None)
                .WaitAsync(limit)
                ? taker
                : null;
        }
        catch (Exception e) when (e is StoreUnavailableException or TimeoutException)
        {
            unanswered.Keep(id, taker);
            consumed.Release(state);
            throw new LoginFailedException(LoginFailure.StoreUnavailable, inner: e)
            {
                Reason = $"It cannot be known whether this callback came before, so it is not redeemed. {e.Message}",
            };
        }
    }

    /// <summary>
    /// Ends the mark of a state whose code has no value: made-up callbacks must not fill the store.
    /// </summary>
    /// <param name="state">The state.</param>
    /// <param name="taker">The result of <see cref="TakeAsync"/>.</param>
    public async Task EndAsync(string state, string taker)
    {
        try
        {
            await store.TakeOnceAsync(
                OncePurpose.Callback, OnceId.Of(state), taker, TimeSpan.FromMilliseconds(1), CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            // It ends by itself after its life.
        }
    }

    /// <summary>Accepts a state again whose code was not sent to the provider.</summary>
    public void Release(string state) => consumed.Release(state);
}
