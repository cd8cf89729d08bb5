using AuthGateway.Configuration.Rules;
using StackExchange.Redis;

namespace AuthGateway.Configuration.Readers;

/// <summary>
/// Reads the connection to Redis: the three settings of oidc-authservice, or a full configuration
/// string.
/// </summary>
internal static class RedisReader
{
    private const string Whole = "SESSION_STORE_REDIS";
    private const string Address = "SESSION_STORE_REDIS_ADDR";

    public static RedisOptions Read(SettingValues values)
    {
        var whole = SecretReader.Read(values, Whole, several: false);
        if (values.Text(Address) is { } address)
        {
            RefuseOptions(values, address);
            if (whole is not null)
            {
                values.Warn(Address, $"{Whole} is set too and wins");
            }
        }

        var configuration = whole ?? SecretSource.FromValues(values.Text(Address, "127.0.0.1:6379"));
        Check(values, whole is null ? Address : Whole, configuration);
        RequireSecret(values);
        return new RedisOptions
        {
            Configuration = configuration,
            Password = SecretReader.Read(values, "SESSION_STORE_REDIS_PWD", several: false) ?? SecretSource.Empty,
            Database = values.Number("SESSION_STORE_REDIS_DB", 0, int.MaxValue),
            Prefix = values.Text("SESSION_STORE_REDIS_PREFIX", "authgateway:"),
            CaBundle = FileRules.Readable(values, "CA_BUNDLE"),
        };
    }

    /// <summary>
    /// The address is printed at the start, so that it must not hold a password or another option.
    /// </summary>
    private static void RefuseOptions(SettingValues values, string address)
    {
        if (address.Contains('=', StringComparison.Ordinal))
        {
            values.Error(
                Address,
                $"is no address; write host:port here and the password in {Whole}_PWD, or all of it in {Whole}, which "
                + "is never printed");
        }
    }

    // The library's message is not printed: it may contain the string and its password.
    private static void Check(SettingValues values, string name, SecretSource configuration)
    {
        if (configuration.Current is not [var text, ..])
        {
            return;
        }

        if (text.Contains("://", StringComparison.Ordinal))
        {
            // The library would read all of it as a host name.
            values.Error(
                name,
                "is no redis:// address but host:port; TLS, user and password are ssl=true,user=…,password=… of "
                + "SESSION_STORE_REDIS");
            return;
        }

        try
        {
            var servers = ConfigurationOptions.Parse(text, ignoreUnknown: false).EndPoints;
            if (servers.Count == 0)
            {
                values.Error(name, "names no server; write host:port");
            }
            else if (servers.Any(server => $"{server}".Contains('@', StringComparison.Ordinal)))
            {
                // Messages about a server have its name.
                values.Error(
                    name, $"is no user:password@host; write host:port,user=…,password=… in {Whole}");
            }
        }
        catch (ArgumentException)
        {
            values.Error(name, name == Whole
                ? "is no StackExchange.Redis configuration string; write "
                    + "host:port,host:port,password=…,ssl=true,user=…,serviceName=…"
                : "is no address; write host:port");
        }
    }

    /// <summary>
    /// A public client has no client secret to derive a key from, and a generated key file would
    /// differ between replicas.
    /// </summary>
    private static void RequireSecret(SettingValues values)
    {
        var isPublicClient = values.Text("CLIENT_SECRET") is null
            && string.IsNullOrEmpty(values.Source.Find("CLIENT_SECRET_FILE"));
        var hasOwn = values.Text("SESSION_SECRET") is not null
            || !string.IsNullOrEmpty(values.Source.Find("SESSION_SECRET_FILE"));
        if (isPublicClient && !hasOwn)
        {
            values.Error(
                "SESSION_SECRET",
                "is required for a public client on Redis, the same on all replicas; make one with: openssl rand "
                + "-base64 48");
        }
    }
}
