namespace AuthGateway.Sessions.Store;

/// <summary>Limits the growth of the store through logins.</summary>
internal static class SessionLimits
{
    /// <summary>
    /// Maximum size of a sealed part in bytes: enough for tokens and claims with thousands of
    /// groups.
    /// </summary>
    public const int SealedBytes = 1024 * 1024;

    /// <summary>
    /// Maximum number of sessions of one user; above it the least recently used one ends.
    /// </summary>
    /// <remarks>
    /// Far above the needs of a person, and above a script that logs in every few minutes.
    /// </remarks>
    public const int PerUser = 1000;

    /// <exception cref="StoreUnavailableException">
    /// The session is larger than the limit.
    /// </exception>
    public static void CheckSize(SessionRow row)
    {
        if (row.Sealed.Length > SealedBytes)
        {
            throw new StoreUnavailableException(
                $"A session of {row.Sealed.Length} bytes is not stored (limit {SealedBytes}); have the provider put fewer claims into its tokens.");
        }
    }
}
