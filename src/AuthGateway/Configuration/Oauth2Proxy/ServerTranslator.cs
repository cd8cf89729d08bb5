using AuthGateway.Configuration.Rules;

namespace AuthGateway.Configuration.Oauth2Proxy;

/// <summary>Addresses, listeners, the upstream and trusted proxies.</summary>
internal static class ServerTranslator
{
    private static readonly string[] Probes = ["ping_path", "ready_path"];
    private const string UsualAddress = "127.0.0.1:4180";

    // What the guides for nginx write for "no upstream".
    private const string NoFile = "file:///dev/null";

    public static void Translate(ForeignOptions options, Translation to)
    {
        Urls(options, to);
        Listeners(options, to);
        Upstream(options, to);
        Proxies(options, to);
    }

    private static void Urls(ForeignOptions options, Translation to)
    {
        var prefix = (options.Text("proxy_prefix") ?? "/oauth2").TrimEnd('/');
        to.Set("AUTHSERVICE_URL_PREFIX", prefix + "/", options.Label("proxy_prefix"));
        to.Set("VERIFY_AUTH_URL", prefix + "/auth", options.Label("proxy_prefix"));
        to.Set("OAUTH2_ADDRESSES", "true", options.Label("proxy_prefix"));
        var redirect = options.Text("redirect_url");
        if (redirect is null)
        {
            to.Warn(
                options.Label("redirect_url"),
                "not set: there it is made from the Host header, here it is sent relative; set PUBLIC_URL to "
                + "the address "
                + "that browsers use");
        }

        var path = redirect is null ? "" : WebAddress.RawPath(redirect);
        to.Set(
            "REDIRECT_URL",
            path is "" or "/" ? redirect?.TrimEnd('/') + prefix + "/callback" : redirect,
            options.Label("redirect_url"));
    }

    private static void Listeners(ForeignOptions options, Translation to)
    {
        var hasTls = options.Text("tls_cert_file") is not null;
        var name = hasTls ? "https_address" : "http_address";
        var other = hasTls ? "http_address" : "https_address";
        if (options.Text(other) is not null)
        {
            to.Note(options.Label(other), "not used: SERVER_PORT is https with a certificate, and http without one");
        }

        var address = options.Text(name) ?? (hasTls ? ":443" : UsualAddress);
        Listen(options.Label(name), address, "SERVER_PORT", to);
        to.Set("TLS_CERT_FILE", options.Text("tls_cert_file"), options.Label("tls_cert_file"));
        to.Set("TLS_KEY_FILE", options.Text("tls_key_file"), options.Label("tls_key_file"));
        if (options.Text("tls_min_version") is not (null or "TLS1.2"))
        {
            to.Warn(options.Label("tls_min_version"), "not used: the platform's versions are, TLS 1.2 and 1.3");
        }

        if (options.Text("metrics_address") is { } metrics)
        {
            Listen(options.Label("metrics_address"), metrics, "METRICS_PORT", to);
        }

        foreach (var probe in Probes.Where(probe => options.Text(probe) is not null))
        {
            to.Warn(
                options.Label(probe),
                "not used: /ping and /ready answer on SERVER_PORT, /healthz and /readyz on READINESS_PROBE_PORT");
        }
    }

    private static void Listen(string label, string address, string setting, Translation to)
    {
        var text = address.Contains("://", StringComparison.Ordinal)
            ? address[(address.IndexOf("://", StringComparison.Ordinal) + 3)..]
            : address;
        var colon = text.LastIndexOf(':');
        if (address.StartsWith("unix:", StringComparison.Ordinal)
            || colon < 0
            || !ushort.TryParse(text[(colon + 1)..], out _))
        {
            to.Refuse(label, $"'{address}' is not HOST:PORT", setting);
            return;
        }

        to.Set(setting, text[(colon + 1)..], label);
        var host = text[..colon].Trim('[', ']');
        if (setting == "SERVER_PORT" && host is not ("" or "0.0.0.0" or "::"))
        {
            to.Set("SERVER_HOSTNAME", host, label);
        }
        else if (setting == "METRICS_PORT" && host is not ("" or "0.0.0.0" or "::"))
        {
            to.Warn(label, $"'{host}' is not used: METRICS_PORT is open on all addresses; close it in the network");
        }
    }

    private static void Upstream(ForeignOptions options, Translation to)
    {
        var label = options.Label("upstreams");
        var upstreams = options.List("upstreams").Where(entry => entry.Length > 0).ToList();
        var served = upstreams.Where(entry => !IsStatic(entry)).ToList();
        if (served.Count > 1 || (served.Count == 1 && upstreams.Count > 1))
        {
            to.Refuse(
                label,
                "names several; write their paths and addresses into ROUTES_FILE",
                "ROUTES_FILE",
                "UPSTREAM_URL");
        }
        else if (served is [var one])
        {
            if (WebAddress.Absolute(one) is { UserInfo: "", Query: "", Fragment: "", AbsolutePath: "/" })
            {
                to.Set("UPSTREAM_URL", one, label);
            }
            else
            {
                to.Refuse(
                    label,
                    $"'{WebAddress.MaskPassword(one)}' is no http(s) address without a path; files and sockets are not "
                    + "served, a path needs ROUTES_FILE",
                    "ROUTES_FILE", "UPSTREAM_URL");
            }
        }
        else if (upstreams.Exists(entry => entry is not (NoFile or "static://200" or "static://202" or "static://204")))
        {
            to.Refuse(label, "static:// with a status that refuses is not served", "ROUTES_FILE", "UPSTREAM_URL");
        }

        if (!options.Flag("pass_host_header", absent: true, doubtful: true))
        {
            to.Set("UPSTREAM_HOST", "upstream", options.Label("pass_host_header"));
        }

        if (!options.Flag("proxy_websockets", absent: true, doubtful: false))
        {
            to.Warn(
                options.Label("proxy_websockets"),
                "not done: WebSockets pass, with a session and from the same origin");
        }

        if (options.Flag("ssl_upstream_insecure_skip_verify", absent: false, doubtful: true))
        {
            to.Warn(
                options.Label("ssl_upstream_insecure_skip_verify"),
                "NOT done: the upstream's certificate is verified; use http, or name its authority in SSL_CERT_FILE");
        }
    }

    public static bool IsStatic(string upstream) =>
        upstream == NoFile || upstream.StartsWith("static://", StringComparison.Ordinal);

    private static void Proxies(ForeignOptions options, Translation to)
    {
        var isBehind = options.Flag("reverse_proxy", absent: false, doubtful: false);
        var networks = options.List("trusted_proxy_ips").Where(network => network.Length > 0).ToList();
        if (isBehind && networks.Count > 0)
        {
            to.Set("TRUSTED_PROXIES", string.Join(',', networks), options.Label("trusted_proxy_ips"));
        }
        else if (networks.Count > 0)
        {
            to.Note(options.Label("trusted_proxy_ips"), "not used, as there: reverse_proxy is false");
        }
        else if (isBehind && !to.IsWritten("TRUSTED_PROXIES"))
        {
            to.Warn(
                options.Label("reverse_proxy"),
                "there every peer's X-Forwarded-* headers are believed, here no one's; name your proxies in "
                + "TRUSTED_PROXIES");
        }
    }
}
