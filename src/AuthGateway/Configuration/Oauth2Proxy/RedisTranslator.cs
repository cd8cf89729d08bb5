namespace AuthGateway.Configuration.Oauth2Proxy;

/// <summary>The session store: Redis, alone, with Sentinel or as a cluster; else a file.</summary>
internal static class RedisTranslator
{
    private static readonly string[] Names =
    [
        "redis_connection_url", "redis_username", "redis_password", "redis_ca_path", "redis_insecure_skip_tls_verify",
        "redis_connection_idle_timeout", "redis_use_sentinel", "redis_sentinel_master_name",
        "redis_sentinel_connection_urls", "redis_sentinel_password", "redis_use_cluster",
        "redis_cluster_connection_urls",
    ];

    public static void Translate(ForeignOptions options, Translation to)
    {
        var type = options.Text("session_store_type");
        foreach (var name in Names.Where(name => options.Text(name) is not null && type != "redis"))
        {
            to.Note(options.Label(name), "no meaning without session_store_type = redis");
        }

        if (type is null or "cookie")
        {
            to.Note(
                options.Label("session_store_type"),
                "sessions are kept in a file (SESSION_STORE_PATH), not in the cookie, for one gateway; several "
                + "replicas "
                + "need SESSION_STORE_TYPE=redis");
            return;
        }

        if (type != "redis")
        {
            to.Refuse(
                options.Label("session_store_type"),
                $"'{type}' is not one of cookie, redis",
                "SESSION_STORE_TYPE");
            return;
        }

        to.Set("SESSION_STORE_TYPE", "redis", options.Label("session_store_type"));
        to.Set("SESSION_STORE_REDIS", Connection(options, to), options.Label("redis_connection_url"));
        if (options.Text("redis_ca_path") is { } authority)
        {
            to.Set("CA_BUNDLE", authority, options.Label("redis_ca_path"));
        }

        if (options.Flag("redis_insecure_skip_tls_verify", absent: false, doubtful: true))
        {
            to.Warn(options.Label("redis_insecure_skip_tls_verify"), "NOT done: certificates are verified, always");
        }
    }

    // A StackExchange.Redis configuration string: addresses and options separated by commas.
    private static string? Connection(ForeignOptions options, Translation to)
    {
        var isSentinel = options.Flag("redis_use_sentinel", absent: false, doubtful: false);
        var name = isSentinel ? "redis_sentinel_connection_urls"
            : options.Flag("redis_use_cluster", absent: false, doubtful: false) ? "redis_cluster_connection_urls"
            : "redis_connection_url";
        var addresses = options.List(name).Where(text => text.Length > 0).ToList();
        var servers = addresses.Select(text => Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && uri is { Scheme: "redis" or "rediss", Host.Length: > 0 } ? uri : null).ToList();
        if (servers.Count == 0 || servers.Contains(null))
        {
            to.Refuse(
                options.Label(name),
                "is no redis:// or rediss:// address; write SESSION_STORE_REDIS (docs/session-stores.md)",
                "SESSION_STORE_REDIS", "SESSION_STORE_REDIS_ADDR");
            return null;
        }

        var first = servers[0]!;
        var login = first.UserInfo.Split(':', 2);
        var user = options.Text("redis_username") ?? (login.Length == 2 ? Uri.UnescapeDataString(login[0]) : "");
        var password = options.Text("redis_password") ?? (login.Length == 2 ? Uri.UnescapeDataString(login[1]) : "");
        if ((user + password).AsSpan().ContainsAny(',', '='))
        {
            to.Refuse(
                options.Label(name), "the user or password has a comma or =; write SESSION_STORE_REDIS_PWD_FILE and "
                + "SESSION_STORE_REDIS_ADDR", "SESSION_STORE_REDIS", "SESSION_STORE_REDIS_ADDR");
            return null;
        }

        var usualPort = isSentinel ? 26379 : 6379;
        var database = isSentinel ? "" : first.AbsolutePath.Trim('/');
        string?[] parts =
        [
            .. servers.Select(server => $"{server!.Host}:{(server.Port > 0 ? server.Port : usualPort)}"),
            isSentinel ? "serviceName=" + (options.Text("redis_sentinel_master_name") ?? "master") : null,
            user.Length > 0 ? "user=" + user : null,
            password.Length > 0 ? "password=" + password : null,
            first.Scheme == "rediss" ? "ssl=true" : null,
            database.Length > 0 ? "defaultDatabase=" + database : null,
        ];
        return string.Join(',', parts.Where(part => part is not null));
    }
}
