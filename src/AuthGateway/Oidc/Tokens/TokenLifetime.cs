using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Tokens;

/// <summary>Lives of tokens as a token answer tells them (<c>expires_in</c>, RFC 6749 §5.1).</summary>
internal static class TokenLifetime
{
    private const long Over = -1;

    /// <summary>
    /// An access token's life in whole seconds; 0 when none was told or it is not believable, negative when it is over already: Keycloak says <c>0</c> in
    /// the last second of a session, and that is no life without an end.
    /// </summary>
    public static long Read(string? text) => long.TryParse(text, out var seconds) && seconds < 31_536_000 ? (seconds > 0 ? seconds : Over) : 0;

    /// <summary>A refresh token's life in whole seconds (<c>refresh_expires_in</c>, not in an RFC); 0 when none was told, without an end (Keycloak's offline tokens say <c>0</c>), or not believable.</summary>
    public static long ReadRefresh(string? text) => Math.Max(0, Read(text));

    /// <summary>Unix seconds of the end; 0 when no life was told.</summary>
    public static long EndOf(DateTimeOffset now, long seconds) => seconds == 0 ? 0 : now.ToUnixTimeSeconds() + seconds;

    /// <summary>The access token is past its end, as far as one was told.</summary>
    public static bool IsAccessOver(SessionPayload payload, DateTimeOffset now) =>
        payload.AccessTokenExpiresAtSeconds > 0 && now.ToUnixTimeSeconds() >= payload.AccessTokenExpiresAtSeconds;
}
