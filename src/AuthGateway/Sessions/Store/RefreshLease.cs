namespace AuthGateway.Sessions.Store;

/// <summary>The right to refresh one session; whoever takes it later has a higher version, and only the newest may write.</summary>
/// <param name="Hash">The session.</param>
/// <param name="Version">Fencing value: the row's version when the lease was taken.</param>
internal sealed record RefreshLease(SessionHash Hash, long Version);
