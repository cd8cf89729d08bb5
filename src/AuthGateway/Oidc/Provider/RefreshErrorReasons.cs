using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Provider;

/// <summary>What providers mean by the description of an <c>invalid_grant</c>.</summary>
internal static class RefreshErrorReasons
{
    /// <summary>Keycloak says "Token is not active" when its idle time or its longest life is over; a logout there reads differently.</summary>
    public static SessionEnd ReasonOf(string? description) =>
        description is not null && (description.Contains("not active", StringComparison.OrdinalIgnoreCase) && description.StartsWith("Token", StringComparison.OrdinalIgnoreCase)
            || description.Contains("idle", StringComparison.OrdinalIgnoreCase))
            ? SessionEnd.LimitOfProvider
            : SessionEnd.EndedByProvider;
}
