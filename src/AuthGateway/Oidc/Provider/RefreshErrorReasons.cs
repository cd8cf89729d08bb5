using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Provider;

/// <summary>Interprets the <c>error_description</c> of an <c>invalid_grant</c> response.</summary>
internal static class RefreshErrorReasons
{
    /// <summary>
    /// Keycloak sends "Token is not active" when its idle timeout or maximum lifetime is exceeded.
    /// After a logout it sends a different text.
    /// </summary>
    public static SessionEnd ReasonOf(string? description) =>
        description is not null && IsLimit(description) ? SessionEnd.LimitOfProvider : SessionEnd.EndedByProvider;

    private static bool IsLimit(string description) =>
        (description.StartsWith("Token", StringComparison.OrdinalIgnoreCase)
            && description.Contains("not active", StringComparison.OrdinalIgnoreCase))
        || description.Contains("idle", StringComparison.OrdinalIgnoreCase);
}
