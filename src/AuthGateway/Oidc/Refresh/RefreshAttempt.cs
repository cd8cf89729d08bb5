using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Refresh;

/// <summary>One refresh under way.</summary>
/// <param name="Session">The session in memory.</param>
/// <param name="Id">Its key.</param>
/// <param name="Read">What was stored when the lease was taken.</param>
internal sealed record RefreshAttempt(Session Session, SessionId Id, SessionPayload Read)
{
    /// <summary>The right to write; renewed while the provider is asked.</summary>
    public required RefreshLease Lease { get; set; }

    /// <summary>What holds now: as it was read, with the failure that was noted meanwhile.</summary>
    public SessionPayload Before { get; set; } = Read;

    /// <summary>The store has <see cref="Before"/>.</summary>
    public bool IsNoted { get; set; } = Read.FailingSinceSeconds > 0;
}
