using AuthGateway.Configuration.Catalogue;
using AuthGateway.Configuration.Choices;
using AuthGateway.Configuration.Rules;
using AuthGateway.Sessions.Protection;

namespace AuthGateway.Configuration.Readers;

/// <summary>Reads the lifetime, storage and cookie of sessions.</summary>
internal static class SessionReader
{
    public static SessionOptions Read(SettingValues values)
    {
        var isPartitioned = values.Boolean("SESSION_COOKIE_PARTITIONED", false);
        var sameSite = ReadSameSite(values, isPartitioned);
        var storeType = ReadStoreType(values);
        return new SessionOptions
        {
            StoreType = storeType,
            Redis = storeType == SessionStoreType.Redis ? RedisReader.Read(values) : null,
            StorePath = StoreReader.Path(values),
            MaxStoreSilence = StoreReader.MaxSilence(values, storeType),
            ReadyWithoutStore = values.Boolean("READY_WITHOUT_STORE", false),
            Secrets = SecretReader.SessionSecrets(values),
            MaxAge = values.Duration("SESSION_MAX_AGE", TimeSpan.FromSeconds(1)) ?? TimeSpan.FromDays(1),
            IdleTimeout = IsOff(values, "SESSION_IDLE_TIMEOUT")
                ? null
                : values.Duration("SESSION_IDLE_TIMEOUT", TimeSpan.FromSeconds(1)),
            RefreshMinInterval = IsOff(values, "SESSION_REFRESH_MIN_INTERVAL")
                ? TimeSpan.Zero
                : values.Duration("SESSION_REFRESH_MIN_INTERVAL", TimeSpan.FromSeconds(1)) ?? TimeSpan.FromMinutes(5),
            RefreshMaxInterval = ReadMaxInterval(values),
            KeepsWithoutRefreshToken = ReadExpired(values),
            CookieName = ReadCookieName(values),
            StripCookies = ReadStripCookies(values),
            CookieDomain = values.Text("SESSION_COOKIE_DOMAIN"),
            CookieSecure = ReadSecure(values, sameSite),
            CookieHttpOnly = values.Boolean("SESSION_COOKIE_HTTPONLY", true),
            SameSite = sameSite,
            CookiePartitioned = isPartitioned,
        };
    }

    private static bool IsOff(SettingValues values, string name) => values.Text(name) is "off" or "0";

    private static SessionStoreType ReadStoreType(SettingValues values)
    {
        const string name = "SESSION_STORE_TYPE";
        switch (values.Text(name)?.ToLowerInvariant())
        {
            case null or "sqlite":
                break;
            case "boltdb":
                values.Warn(name, "boltdb is read as sqlite; users log in once more");
                break;
            case "redis":
                return SessionStoreType.Redis;
            default:
                values.Error(
                    name,
                    $"'{values.Text(name)}' is not one of {string.Join(", ", SettingCatalogue.Get(name).Choices)} "
                    + "(boltdb is read as sqlite)");
                break;
        }

        return SessionStoreType.Sqlite;
    }

    private static TimeSpan ReadMaxInterval(SettingValues values)
    {
        const string name = "SESSION_REFRESH_MAX_INTERVAL";
        var interval = values.Duration(name, TimeSpan.FromSeconds(10)) ?? TimeSpan.FromMinutes(15);
        if (interval > TimeSpan.FromMinutes(15))
        {
            values.Warn(name, "longer than 15 minutes: a login that ended at the provider is noticed that much later");
        }

        return interval;
    }

    private static bool ReadExpired(SettingValues values)
    {
        const string name = "SESSION_REFRESH_EXPIRED";
        switch (values.Text(name)?.ToLowerInvariant())
        {
            case null or "end":
                return false;
            case "keep":
                return true;
            default:
                values.Error(name, $"'{values.Text(name)}' is not one of end, keep");
                return false;
        }
    }

    // Browsers send a partitioned cookie in a cross-site frame only with SameSite=None.
    private static SameSiteMode ReadSameSite(SettingValues values, bool isPartitioned)
    {
        const string name = "SESSION_SAME_SITE";
        if (isPartitioned)
        {
            if (values.Text(name) is not (null or "None"))
            {
                values.Warn(
                    name,
                    "SESSION_COOKIE_PARTITIONED makes it None: another value does not travel inside a foreign frame");
            }

            return SameSiteMode.None;
        }

        switch (values.Text(name))
        {
            case "None":
                return SameSiteMode.None;
            case "Strict":
                return SameSiteMode.Strict;
            case null or "Lax":
                return SameSiteMode.Lax;
            default:
                // oidc-authservice accepted exactly these spellings.
                values.Warn(
                    name,
                    $"'{values.Text(name)}' is read as Lax; Lax, Strict and None are known, in this spelling");
                return SameSiteMode.Lax;
        }
    }

    private static CookieSecure ReadSecure(SettingValues values, SameSiteMode sameSite)
    {
        const string name = "SESSION_COOKIE_SECURE";
        var text = values.Text(name, "auto");
        var secure = text.ToLowerInvariant() switch
        {
            "auto" => CookieSecure.Auto,
            "always" => CookieSecure.Always,
            "never" => CookieSecure.Never,
            _ =>
                Literals.Boolean(text) is { } flag
                    ? flag ? CookieSecure.Always : CookieSecure.Never
                    : (CookieSecure?)null,
        };
        if (secure is null)
        {
            values.Error(name, $"'{text}' is not one of auto, true, false");
        }

        if (sameSite != SameSiteMode.None)
        {
            return secure ?? CookieSecure.Auto;
        }

        if (secure == CookieSecure.Never)
        {
            values.Warn(name, "SESSION_SAME_SITE=None forces Secure");
        }

        return CookieSecure.Always;
    }

    private static string ReadCookieName(SettingValues values)
    {
        var name = values.Text("SESSION_COOKIE_NAME", "authservice_session");
        if (!HeaderRules.IsName(name))
        {
            values.Error("SESSION_COOKIE_NAME", $"'{name}' is no cookie name (RFC 6265 §4.1.1)");
        }
        else if (name.Contains("authservice_login", StringComparison.OrdinalIgnoreCase))
        {
            values.Error("SESSION_COOKIE_NAME", $"'{name}' collides with the login cookies");
        }

        return name;
    }

    private static IReadOnlyList<string> ReadStripCookies(SettingValues values)
    {
        var names = values.List("STRIP_COOKIES") ?? [];
        foreach (var name in names.Where(name => !HeaderRules.IsName(name)))
        {
            values.Error("STRIP_COOKIES", $"'{name}' is no cookie name (RFC 6265 §4.1.1)");
        }

        return names;
    }
}
