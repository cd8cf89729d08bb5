using System.Security.Cryptography;

namespace AuthGateway.Sessions.Store;

/// <summary>
/// The exclusive right to refresh one session, or the request for it. Only the newest holder may
/// write.
/// </summary>
/// <param name="Hash">The session.</param>
/// <param name="Version">The row's version that was read, written or leased last.</param>
/// <param name="Holder">
/// Random id of the holder, from <see cref="NewHolder"/>. A call that is repeated with it, because
/// the answer was lost, has the effect of one call.
/// </param>
internal sealed record RefreshLease(SessionHash Hash, long Version, string Holder)
{
    /// <summary>Creates the id of a holder.</summary>
    public static string NewHolder() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
}
