namespace AuthGateway.Sessions.Store;

/// <summary>
/// The exclusive right to refresh one session. A later lease has a higher version, and only the
/// newest one may write.
/// </summary>
/// <param name="Hash">The session.</param>
/// <param name="Version">Fencing token: the row's version when the lease was taken.</param>
internal sealed record RefreshLease(SessionHash Hash, long Version);
