namespace AuthGateway.Sessions.Store;

/// <summary>Why a session ended, as far as its user deserves to be told.</summary>
internal enum SessionEnd
{
    /// <summary>Logout, expiry, an administrator: nothing to explain.</summary>
    Plain,

    /// <summary>The provider no longer refreshes it.</summary>
    EndedByProvider,

    /// <summary>The provider said that its own limit (idle time or longest life) was reached.</summary>
    LimitOfProvider,
}
