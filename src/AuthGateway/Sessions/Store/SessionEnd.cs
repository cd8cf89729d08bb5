namespace AuthGateway.Sessions.Store;

/// <summary>Why a session ended, as far as it is shown to the user.</summary>
internal enum SessionEnd
{
    /// <summary>Logout, expiry, an administrator: nothing to explain.</summary>
    Plain,

    /// <summary>The provider no longer refreshes it.</summary>
    EndedByProvider,

    /// <summary>
    /// The provider reported that its own limit (idle time or maximum lifetime) was reached.
    /// </summary>
    LimitOfProvider,
}
