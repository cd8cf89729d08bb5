using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Refresh;

/// <summary>One refresh in progress.</summary>
/// <param name="Session">The session in memory.</param>
/// <param name="Id">Its key.</param>
/// <param name="Read">The stored payload when the lease was taken.</param>
internal sealed record RefreshAttempt(Session Session, SessionId Id, SessionPayload Read)
{
    /// <summary>The lease that permits writing; renewed while the provider is called.</summary>
    public required RefreshLease Lease { get; set; }

    /// <summary>The payload to build on: the stored one, plus a failure recorded since.</summary>
    public SessionPayload Before { get; set; } = Read;

    /// <summary>True when <see cref="Before"/> is stored.</summary>
    public bool IsNoted { get; set; } = Read.FailingSinceSeconds > 0;
}
