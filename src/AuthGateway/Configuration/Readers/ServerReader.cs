using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AuthGateway.Configuration.Choices;
using AuthGateway.Configuration.Rules;

namespace AuthGateway.Configuration.Readers;

/// <summary>Reads the settings of listeners, upstream and logs.</summary>
internal static class ServerReader
{
    private static readonly TimeSpan UsualGracePeriod = TimeSpan.FromSeconds(30);

    public static ServerOptions Read(SettingValues values, string userIdHeader)
    {
        var probe = values.Port("READINESS_PROBE_PORT") ?? 8081;
        var upstream = ReadUpstream(values);
        var server = new ServerOptions
        {
            Hostname = ReadHostname(values),
            Port = values.Port("SERVER_PORT") ?? 8080,
            ProbePort = probe,
            MetricsPort = values.Port("METRICS_PORT") ?? probe,
            WebPort = values.Port("WEB_SERVER_PORT") ?? 8082,
            ExtAuthzPort = values.Text("EXT_AUTHZ_PORT") == "off" ? null : values.Port("EXT_AUTHZ_PORT"),
            ExtAuthzUpstreamHeaders = values.List("EXT_AUTHZ_UPSTREAM_HEADERS") ?? [userIdHeader],
            Upstream = upstream,
            UpstreamHost = UpstreamHostReader.Read(values, upstream),
            AcceptsCleartextHttp2 = values.Boolean("SERVER_H2C", false),
            RoutesFile = FileRules.Readable(values, "ROUTES_FILE"),
            TlsCertFile = FileRules.Readable(values, "TLS_CERT_FILE"),
            TlsKeyFile = FileRules.Readable(values, "TLS_KEY_FILE"),
            TrustedProxies = TrustedProxyReader.Read(values),
            Limits = LimitReader.Read(values),
            ShutdownDelay = ReadShutdownDelay(values),
            ShutdownTimeout = values.Wait("SHUTDOWN_TIMEOUT", TimeSpan.FromSeconds(1)) ?? TimeSpan.FromSeconds(20),
            AccessLog = Enum.Parse<AccessLog>(values.Choice("ACCESS_LOG") ?? "errors", true),
            LogLevel = ReadLogLevel(values),
        };
        CheckTogether(values, server);
        return server;
    }

    private static void CheckTogether(SettingValues values, ServerOptions server)
    {
        if (server.WholeShutdown >= UsualGracePeriod)
        {
            values.Warn(
                values.Text("SHUTDOWN_TIMEOUT") is null ? "SHUTDOWN_DELAY" : "SHUTDOWN_TIMEOUT",
                $"an end takes up to {server.WholeShutdown.TotalSeconds:0} s, but Kubernetes kills a pod after "
                + $"terminationGracePeriodSeconds ({UsualGracePeriod.TotalSeconds:0} in our manifests and by "
                + $"default); raise that above {server.WholeShutdown.TotalSeconds:0}, or shorten SHUTDOWN_TIMEOUT "
                + "or SHUTDOWN_DELAY");
        }

        if (values.Text("UPSTREAM_URL") is not null && values.Text("ROUTES_FILE") is not null)
        {
            values.Error("ROUTES_FILE", "UPSTREAM_URL is set too; one of them says where requests go");
        }

        if (values.Text("TLS_CERT_FILE") is null != values.Text("TLS_KEY_FILE") is null)
        {
            values.Error("TLS_CERT_FILE", "TLS_CERT_FILE and TLS_KEY_FILE belong together");
        }
        else if (server is { TlsCertFile: { } certificate, TlsKeyFile: { } key } && !IsPair(certificate, key))
        {
            values.Error(
                "TLS_CERT_FILE",
                $"{certificate} and {key} (TLS_KEY_FILE) are no certificate and its private key in PEM form; look "
                + "whether they are swapped, encrypted or of two pairs");
        }

        foreach (var header in server.ExtAuthzUpstreamHeaders.Where(header => !HeaderRules.IsName(header)))
        {
            values.Error("EXT_AUTHZ_UPSTREAM_HEADERS", $"'{header}' is no header name");
        }

        if (server is { AcceptsCleartextHttp2: true, TlsCertFile: not null })
        {
            values.Warn(
                "SERVER_H2C",
                "not used: with TLS_CERT_FILE clients negotiate HTTP/2 on SERVER_PORT; remove it");
        }

        CheckPorts(values, server);
    }

    private static string? ReadHostname(SettingValues values)
    {
        const string name = "SERVER_HOSTNAME";
        var host = values.Text(name);
        if (host is not null && host != "*" && !IPAddress.TryParse(host, out _) && !Resolves(host))
        {
            values.Error(
                name,
                $"{host} is neither an address nor a name that this machine knows; leave it empty to listen on all, "
                + "or write an address such as 127.0.0.1");
        }

        return host;
    }

    private static bool Resolves(string host)
    {
        try
        {
            return Dns.GetHostAddresses(host).Length > 0;
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            return false;
        }
    }

    internal static bool IsPair(string certificate, string key)
    {
        try
        {
            using var pair = X509Certificate2.CreateFromPemFile(certificate, key);
            return pair.HasPrivateKey;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or IOException)
        {
            return false;
        }
    }

    private static void CheckPorts(SettingValues values, ServerOptions server)
    {
        var taken = new Dictionary<int, string>();
        (string Name, int? Port)[] ports =
        [
            ("SERVER_PORT", server.Port),
            ("READINESS_PROBE_PORT", server.ProbePort),
            ("WEB_SERVER_PORT", server.WebPort),
            ("EXT_AUTHZ_PORT", server.ExtAuthzPort),
            ("METRICS_PORT", server.MetricsPort == server.ProbePort ? null : server.MetricsPort),
        ];
        foreach (var (name, port) in ports)
        {
            if (port is > 0 && !taken.TryAdd(port.Value, name))
            {
                values.Error(name, $"port {port} is {taken[port.Value]}'s already");
            }
        }
    }

    private static TimeSpan ReadShutdownDelay(SettingValues values)
    {
        const string name = "SHUTDOWN_DELAY";
        var delay = values.Text(name) switch
        {
            null when values.Text("SESSION_STORE_TYPE")?.ToLowerInvariant() == "redis" => TimeSpan.FromSeconds(5),
            null => TimeSpan.Zero,
            "off" or "0" => TimeSpan.Zero,
            _ => values.Wait(name, TimeSpan.FromSeconds(1)) ?? TimeSpan.Zero,
        };

        return delay;
    }

    private static Uri? ReadUpstream(SettingValues values)
    {
        if (values.Text("UPSTREAM_URL") is not { } text)
        {
            return null;
        }

        if (WebAddress.Absolute(text) is { UserInfo: "", Query: "", Fragment: "" } uri && !WebAddress.IsLinkLocal(uri))
        {
            return uri;
        }

        values.Error("UPSTREAM_URL", "not an absolute http(s) address without user, password, query and fragment");
        return null;
    }

    private static LogLevel ReadLogLevel(SettingValues values) => values.Choice("LOG_LEVEL") switch
    {
        "FATAL" => LogLevel.Critical,
        "ERROR" => LogLevel.Error,
        "WARN" => LogLevel.Warning,
        "DEBUG" => LogLevel.Debug,
        _ => LogLevel.Information,
    };
}
