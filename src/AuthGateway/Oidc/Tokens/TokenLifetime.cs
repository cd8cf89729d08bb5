using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Tokens;

/// <summary>Reads token lifetimes of token responses (<c>expires_in</c>, RFC 6749 §5.1).</summary>
internal static class TokenLifetime
{
    private const long Over = -1;

    /// <summary>
    /// The lifetime of an access token in whole seconds; 0 when it is absent or implausible (a year
    /// or more); negative when it is zero or less. Keycloak sends <c>0</c> in the last second of a
    /// session; that must not be read as unlimited.
    /// </summary>
    public static long Read(string? text) =>
        long.TryParse(text, out var seconds) && seconds < 31_536_000 ? (seconds > 0 ? seconds : Over) : 0;

    /// <summary>
    /// The lifetime of a refresh token in whole seconds (<c>refresh_expires_in</c>, not in an RFC);
    /// 0 when it is absent, unlimited (Keycloak's offline tokens have <c>0</c>) or implausible.
    /// </summary>
    public static long ReadRefresh(string? text) => Math.Max(0, Read(text));

    /// <summary>The expiration in Unix seconds; 0 when no lifetime is known.</summary>
    public static long EndOf(DateTimeOffset now, long seconds) =>
        seconds == 0 ? 0 : now.ToUnixTimeSeconds() + seconds;

    /// <summary>
    /// True when the access token has expired; false when its expiration is unknown.
    /// </summary>
    public static bool IsAccessTokenExpired(SessionPayload payload, DateTimeOffset now) =>
        payload.AccessTokenExpiresAtSeconds > 0 && now.ToUnixTimeSeconds() >= payload.AccessTokenExpiresAtSeconds;
}
