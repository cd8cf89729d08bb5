using AuthGateway.Configuration.Rules;

namespace AuthGateway.Configuration.Oauth2Proxy;

/// <summary>The cookie and the life of a session, and where sessions are kept.</summary>
internal static class SessionTranslator
{
    // oauth2-proxy's own default.
    private const string UsualLife = "168h";

    public static void Translate(ForeignOptions options, Translation to)
    {
        to.Set("SESSION_COOKIE_NAME", options.Text("cookie_name"), options.Label("cookie_name"));
        Life(options, to);
        Attributes(options, to);
        Secret(options, to);
        RedisTranslator.Translate(options, to);
    }

    private static void Life(ForeignOptions options, Translation to)
    {
        var label = options.Label("cookie_expire");
        var text = options.Text("cookie_expire") ?? UsualLife;
        if (text is "0" or "0s")
        {
            to.Warn(label, "0 has no end there; here a session ends after SESSION_MAX_AGE, 24 h when it is not set");
        }
        else if (GoDuration.Seconds(text) is { } seconds)
        {
            to.Set("SESSION_MAX_AGE", GoDuration.Text(seconds), label);
        }
        else
        {
            to.Refuse(label, $"'{text}' is no time such as 24h or 168h0m0s", "SESSION_MAX_AGE");
        }
    }

    private static void Attributes(ForeignOptions options, Translation to)
    {
        // false is Kubeflow's default: auto is the same there, and Secure as soon as the public
        // address is known to be https.
        to.Set(
            "SESSION_COOKIE_SECURE",
            options.Flag("cookie_secure", absent: true, doubtful: true) ? "true" : "auto",
            options.Label("cookie_secure"));
        to.Set(
            "SESSION_COOKIE_HTTPONLY",
            options.Flag("cookie_httponly", absent: true, doubtful: true) ? null : "false",
            options.Label("cookie_httponly"));
        var sameSite = options.Text("cookie_samesite")?.ToLowerInvariant();
        if (sameSite is null or "lax" or "strict" or "none")
        {
            to.Set(
                "SESSION_SAME_SITE",
                sameSite is null ? null : char.ToUpperInvariant(sameSite[0]) + sameSite[1..],
                options.Label("cookie_samesite"));
        }
        else
        {
            to.Refuse(
                options.Label("cookie_samesite"),
                $"'{sameSite}' is not one of lax, strict, none",
                "SESSION_SAME_SITE");
        }

        if (options.Text("cookie_path") is { } path && path != "/")
        {
            to.Warn(options.Label("cookie_path"), $"'{path}' is not used: the cookie is for the whole host (Path=/)");
        }

        var domains = options.List("cookie_domains").Where(domain => domain.Length > 0).ToList();
        if (domains.Count > 1)
        {
            to.Warn(
                options.Label("cookie_domains"),
                "several are not used: the cookie is the host's own; write one in SESSION_COOKIE_DOMAIN if it "
                + "is needed");
        }
        else if (domains is [var domain])
        {
            to.Set("SESSION_COOKIE_DOMAIN", domain, options.Label("cookie_domains"));
        }
    }

    // No session is in the cookie, so its secret seals nothing. Beside a SQLite file a random one
    // is made; replicas with Redis need one that they share.
    private static void Secret(ForeignOptions options, Translation to)
    {
        var (secret, file) = (options.Text("cookie_secret"), options.Text("cookie_secret_file"));
        var label = options.Label(file is null ? "cookie_secret" : "cookie_secret_file");
        if (options.Text("session_store_type") != "redis")
        {
            if (secret is not null || file is not null)
            {
                to.Note(label, "not used: a random secret is made and kept beside the file of the sessions");
            }

            return;
        }

        if (file is not null && secret is null)
        {
            to.Set("SESSION_SECRET_FILE", file, label);
        }
        else if (secret is { Length: >= 32 })
        {
            to.Set("SESSION_SECRET", secret, label);
        }
        else if (secret is not null)
        {
            to.Warn(label, "shorter than 32 bytes, so not used; set SESSION_SECRET: openssl rand -base64 48");
        }
    }
}
