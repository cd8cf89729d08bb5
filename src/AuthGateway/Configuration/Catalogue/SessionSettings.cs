using static AuthGateway.Configuration.Catalogue.SettingType;

namespace AuthGateway.Configuration.Catalogue;

/// <summary>How long a login lasts, where it is kept, what its cookie looks like.</summary>
internal static class SessionSettings
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        new("SESSION_STORE_TYPE", Choice, "sqlite", "Where sessions are kept: sqlite for one gateway, redis (or Valkey) for replicas; boltdb is read as sqlite.") { Choices = ["sqlite", "redis"], Source = "G6" },
        new("SESSION_STORE_PATH", SettingType.File, "/var/lib/authservice/data.db", "File of the SQLite store, made with its folder.") { Aliases = ["STORE_PATH"], Source = "G3, alias G1" },
        new("SESSION_STORE_REDIS_ADDR", Text, "127.0.0.1:6379", "Address of Redis.") { Source = "G6" },
        new("SESSION_STORE_REDIS_PWD", Text, "", "Password of Redis, read again at each connect.") { IsSecret = true, Source = "G6" },
        new("SESSION_STORE_REDIS_DB", Text, "0", "Database number of Redis.") { Source = "G6" },
        new("SESSION_STORE_REDIS", Text, "", "Instead of the address: a StackExchange.Redis configuration string (TLS, user, Sentinel, Cluster).") { IsSecret = true },
        new("SESSION_STORE_REDIS_PREFIX", Text, "authgateway:", "Prefix of all keys in Redis."),
        new("SESSION_STORE_MAX_SILENCE", Duration, "15m with redis, else off", "How long sessions in memory count while the store does not answer; then 503, and their connections are closed.") { Unit = "seconds" },
        new("READY_WITHOUT_STORE", SettingType.Boolean, "false", "The readiness probe stays 200 while a store that was open once is away."),
        new("SESSION_SECRET", Text, "kept beside the SQLite file; with redis derived from CLIENT_SECRET", "Seals stored sessions and login states: 32 random bytes or more; several are tried newest first.") { IsSecret = true },
        new("SESSION_MAX_AGE", Duration, "86400", "Absolute life of a session.") { Unit = "seconds", Source = "G1" },
        new("SESSION_IDLE_TIMEOUT", Duration, "off", "A session unused for so long ends.") { Unit = "seconds" },
        new("SESSION_REFRESH_MIN_INTERVAL", Duration, "5m", "Tokens are not refreshed more often than this.") { Unit = "seconds" },
        new("SESSION_REFRESH_MAX_INTERVAL", Duration, "15m", "Longest time between two refreshes of a session in use; where the provider tells no life of the refresh token and the access token lives longer than this, half of it.") { Unit = "seconds" },
        new("SESSION_REFRESH_EXPIRED", Choice, "end", "What a refresh token that ran out does to a session whose access token still lives: end it, or keep it to the access token's end while userinfo confirms it.") { Choices = ["end", "keep"] },
        new("SESSION_COOKIE_NAME", Text, "authservice_session", "Name of the session cookie."),
        new("STRIP_COOKIES", List, "", "Cookies that no application gets and none may set, beside the gateway's own and authservice_session_…: the SESSION_COOKIE_NAME of other gateways on this host."),
        new("SESSION_COOKIE_DOMAIN", Text, "host-only", "Domain of the session cookie.") { Aliases = ["SESSION_DOMAIN"], Source = "AuthGateway, alias of a fork" },
        new("SESSION_COOKIE_SECURE", Choice, "auto", "Secure attribute: by the public address, always, or never.") { Aliases = ["SESSION_SECURE"], Choices = ["auto", "true", "false"], Source = "AuthGateway, alias of a fork" },
        new("SESSION_COOKIE_HTTPONLY", SettingType.Boolean, "true", "HttpOnly attribute.") { Aliases = ["SESSION_HTTP_ONLY"], Source = "AuthGateway, alias of a fork" },
        new("SESSION_SAME_SITE", Choice, "Lax", "SameSite attribute; None forces Secure, an unknown word is Lax.") { Choices = ["Lax", "Strict", "None"], Source = "G4" },
        new("SESSION_COOKIE_PARTITIONED", SettingType.Boolean, "false", "Partitioned attribute (CHIPS) with SameSite=None and Secure: logins work inside frames of foreign sites.") { Source = "CHIPS" },
        new("OIDC_STATE_STORE_PATH", SettingType.File, "", "File of login states.") { State = SettingState.Unused, Instead = "nothing: login states are sealed, not stored", Source = "G4" },
    ];
}
