using AuthGateway.Sessions.Store;

namespace AuthGateway.Sessions;

/// <summary>How long a login on our demand (<c>prompt=login</c>) allows what a session alone does not: ending other sessions.</summary>
internal static class FreshLogin
{
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    public static bool Holds(SessionPayload payload, DateTimeOffset now) =>
        payload.FreshLoginAtSeconds > 0 && now - DateTimeOffset.FromUnixTimeSeconds(payload.FreshLoginAtSeconds) < Life;
}
