namespace AuthGateway.Sessions.Store;

/// <summary>
/// The purposes of <see cref="ISessionStore.TakeOnceAsync"/>, and the behaviour while the store
/// does not answer.
/// </summary>
/// <remarks>
/// Two other things are used once without it. The write that ends the sessions of a logout token
/// also records its <c>jti</c>. The proof of a form ends one session, and a second use finds that
/// session ended.
/// </remarks>
internal static class OncePurpose
{
    /// <summary>
    /// The callback of a login attempt (RFC 6749 §10.5). Without the store the answer is 503 and
    /// the code is not redeemed: its session could not be stored either.
    /// </summary>
    public const string Callback = "callback";
}
