using AuthGateway.Sessions.Store;

namespace AuthGateway.Sessions;

/// <summary>
/// Decides whether the session's last re-authentication (<c>prompt=login</c>) is recent enough to
/// allow ending other sessions. Valid for 5 min.
/// </summary>
internal static class FreshLogin
{
    /// <summary>How long a re-authentication counts: 5 min.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    /// <summary>True while the last re-authentication counts.</summary>
    public static bool Holds(SessionPayload payload, DateTimeOffset now) =>
        payload.FreshLoginAtSeconds > 0 && now - DateTimeOffset.FromUnixTimeSeconds(payload.FreshLoginAtSeconds) < Life;
}
