namespace AuthGateway.Sessions;

/// <summary>
/// What may be used once by all replicas together (<see cref="ISessionStore.TakeOnceAsync"/>), and what holds while the store is away.
/// </summary>
internal static class OncePurpose
{
    /// <summary>The callback of a login attempt (RFC 6749 §10.5). Store away: 503, the code is not redeemed; its session could not be stored either.</summary>
    public const string Callback = "callback";

    /// <summary>
    /// The <c>jti</c> of a logout token (Back-Channel Logout 1.0 §2.6). Store away: what it names ends in this process, 503 tells the provider to repeat
    /// it, and the end is written later.
    /// </summary>
    public const string LogoutToken = "logout-token";

    /// <summary>The proof of a form of ours. Store away: 503, nothing is done by the form.</summary>
    public const string FormProof = "form-proof";
}
