namespace AuthGateway.Sessions.Store;

/// <summary>
/// What may be used once by all replicas together (<see cref="ISessionStore.TakeOnceAsync"/>), and what holds while the store is away. A logout token's <c>jti</c> is taken
/// once by the write that ends its sessions; the proof of a form ends one thing of one session, which a second use finds ended.
/// </summary>
internal static class OncePurpose
{
    /// <summary>The callback of a login attempt (RFC 6749 §10.5). Store away: 503, the code is not redeemed; its session could not be stored either.</summary>
    public const string Callback = "callback";
}
