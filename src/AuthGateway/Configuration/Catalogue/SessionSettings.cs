using static AuthGateway.Configuration.Catalogue.SettingType;

namespace AuthGateway.Configuration.Catalogue;

/// <summary>Settings of lifetime, storage and cookie of sessions.</summary>
internal static class SessionSettings
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        new("SESSION_STORE_TYPE", Choice, "sqlite",
            "Session store: sqlite for one gateway, redis (or Valkey) for replicas; boltdb is read as sqlite.")
        { Choices = ["sqlite", "redis"], Source = "oidc-authservice" },
        new("SESSION_STORE_PATH", SettingType.File, "/var/lib/authservice/data.db",
            "File of the SQLite store, created with its folder.")
        { Aliases = ["STORE_PATH"], Source = "oidc-authservice" },
        new("SESSION_STORE_REDIS_ADDR", Text, "127.0.0.1:6379",
            "Address of Redis, host:port without options.") { Source = "oidc-authservice" },
        new("SESSION_STORE_REDIS_PWD", Text, "",
            "Password of Redis, read again at each connect.") { IsSecret = true, Source = "oidc-authservice" },
        new("SESSION_STORE_REDIS_DB", Text, "0", "Database number of Redis.") { Source = "oidc-authservice" },
        new("SESSION_STORE_REDIS", Text, "",
            "Instead of the address: a StackExchange.Redis configuration string (TLS, user, Sentinel, Cluster).")
        { IsSecret = true },
        new("SESSION_STORE_REDIS_PREFIX", Text, "authgateway:", "Prefix of all keys in Redis."),
        new("SESSION_STORE_MAX_SILENCE", Duration, "15m with redis, else off",
            "How long cached sessions stay valid while the store does not answer; after that their requests get 503 "
            + "and their connections are closed.") { Unit = "seconds" },
        new("READY_WITHOUT_STORE", SettingType.Boolean, "false",
            "The readiness probe stays 200 while a store that was open before does not answer."),
        new("SESSION_SECRET", Text, "generated beside the SQLite file; with redis derived from CLIENT_SECRET",
            "Encrypts stored sessions and login states: 32 random bytes or more; several are tried newest first.")
        { IsSecret = true },
        new("SESSION_MAX_AGE", Duration, "86400", "Absolute lifetime of a session.")
        { Unit = "seconds", Source = "oidc-authservice" },
        new("SESSION_IDLE_TIMEOUT", Duration, "off",
            "A session that is unused for this time ends.") { Unit = "seconds" },
        new("SESSION_REFRESH_MIN_INTERVAL", Duration, "5m",
            "Tokens are not refreshed more often than this.") { Unit = "seconds" },
        new("SESSION_REFRESH_MAX_INTERVAL", Duration, "15m",
            "Longest time between two refreshes of a session in use; where the provider announces no lifetime of the "
            + "refresh token and the access token is valid for longer, half of the latter.") { Unit = "seconds" },
        new("SESSION_REFRESH_EXPIRED", Choice, "end",
            "Effect of an expired refresh token on a session whose access token is still valid: end it, or keep it "
            + "until the access token expires while userinfo confirms it.") { Choices = ["end", "keep"] },
        new("SESSION_COOKIE_NAME", Text, "authservice_session", "Name of the session cookie."),
        new("STRIP_COOKIES", List, "",
            "Cookies that no application receives or sets, in addition to the gateway's own and "
            + "authservice_session_…: the SESSION_COOKIE_NAME of other gateways on this host."),
        new("SESSION_COOKIE_DOMAIN", Text, "host-only", "Domain of the session cookie.")
        { Aliases = ["SESSION_DOMAIN"], Source = "AuthGateway; older name from a fork of oidc-authservice" },
        new("SESSION_COOKIE_SECURE", Choice, "auto",
            "Secure attribute: by the public URL, always, or never.")
        {
            Aliases = ["SESSION_SECURE"],
            Choices = ["auto", "true", "false"],
            Source = "AuthGateway; older name from a fork of oidc-authservice",
        },
        new("SESSION_COOKIE_HTTPONLY", SettingType.Boolean, "true", "HttpOnly attribute.")
        { Aliases = ["SESSION_HTTP_ONLY"], Source = "AuthGateway; older name from a fork of oidc-authservice" },
        new("SESSION_SAME_SITE", Choice, "Lax",
            "SameSite attribute; None forces Secure, an unknown word is Lax.")
        { Choices = ["Lax", "Strict", "None"], Source = "oidc-authservice" },
        new("SESSION_COOKIE_PARTITIONED", SettingType.Boolean, "false",
            "Partitioned attribute (CHIPS) with SameSite=None and Secure: logins work in frames of other sites.")
        { Source = "CHIPS" },
        new("OIDC_STATE_STORE_PATH", SettingType.File, "", "File of login states.")
        {
            State = SettingState.Unused,
            Instead = "nothing: login states are sealed, not stored",
            Source = "oidc-authservice",
        },
    ];
}
