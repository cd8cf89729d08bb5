namespace AuthGateway.Sessions.Store;

/// <summary>How large a store may become through logins alone.</summary>
internal static class SessionLimits
{
    /// <summary>Sealed bytes of one session: tokens and claims with thousands of groups fit.</summary>
    public const int SealedBytes = 1024 * 1024;

    /// <summary>Sessions of one user; beyond it the least recently used ends. Far above what people need, and above a script that logs in every few minutes.</summary>
    public const int PerUser = 1000;

    /// <exception cref="StoreUnavailableException">The session is larger than any store should keep.</exception>
    public static void CheckSize(SessionRow row)
    {
        if (row.Sealed.Length > SealedBytes)
        {
            throw new StoreUnavailableException($"A session of {row.Sealed.Length} bytes is not stored (limit {SealedBytes}); have the provider put fewer claims into its tokens.");
        }
    }
}
