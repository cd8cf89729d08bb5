using AuthGateway.Authentication.Kubernetes;
using static AuthGateway.Configuration.Catalogue.SettingType;

namespace AuthGateway.Configuration.Catalogue;

/// <summary>Listeners, upstream and logs.</summary>
internal static class ServerSettings
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        new("SERVER_HOSTNAME", Text, "all interfaces", "Address of the main, web and ext_authz listeners.") { Source = "G2" },
        new("SERVER_PORT", Port, "8080", "Main listener.") { Aliases = ["PORT"], Source = "G2, alias G0" },
        new("WEB_SERVER_PORT", Port, "8082", "Listener of the pages.") { Source = "G3" },
        new("READINESS_PROBE_PORT", Port, "8081", "Listener of the probes, on all interfaces.") { Source = "G3" },
        new("METRICS_PORT", Port, "READINESS_PROBE_PORT", "Listener of /metrics, and of the probes too. OTEL_EXPORTER_OTLP_ENDPOINT in the environment sends the same by OTLP."),
        new("EXT_AUTHZ_PORT", Port, "off", "Envoy HTTP ext_authz on a port of its own; without an upstream SERVER_PORT is that listener."),
        new("EXT_AUTHZ_UPSTREAM_HEADERS", List, "USERID_HEADER", "Answer headers that Envoy copies upstream; every other managed name is removed by Envoy."),
        new("UPSTREAM_URL", Address, "", "In-line mode: the one upstream."),
        new("UPSTREAM_HOST", Text, "original", "Host that the upstream of UPSTREAM_URL sees: original (the client's), upstream (its own, as UPSTREAM_URL names it), or a name."),
        new("ROUTES_FILE", SettingType.File, "", "In-line mode: Routes and Clusters in YARP's JSON, reloaded on change."),
        new("TLS_CERT_FILE", SettingType.File, "", "Certificate for https on SERVER_PORT, reloaded on change."),
        new("TLS_KEY_FILE", SettingType.File, "", "Its private key."),
        new("SERVER_H2C", SettingType.Boolean, "false", "Take HTTP/2 without TLS on SERVER_PORT too (gRPC behind a balancer that ends TLS)."),
        new("TRUSTED_PROXIES", List, "nobody", "Networks whose X-Forwarded-* and X-Original-* are read."),
        new("SHUTDOWN_DELAY", Duration, "5 with redis, else off", "After SIGTERM it goes on serving for so long, not ready, so that others take over; terminationGracePeriodSeconds must be longer than it and SHUTDOWN_TIMEOUT by 3 s.") { Unit = "seconds" },
        new("SHUTDOWN_TIMEOUT", Duration, "20", "After SIGTERM and SHUTDOWN_DELAY: how long uploads, downloads and slow calls under way may take to finish. WebSockets and event streams are closed cleanly when nothing else is open, or at its end.") { Unit = "seconds" },
        new("ACCESS_LOG", Choice, "errors", "One line a request.") { Choices = ["off", "errors", "all"] },
        new("LOG_LEVEL", Choice, "INFO", "How much is logged.") { Choices = ["FATAL", "ERROR", "WARN", "INFO", "DEBUG"], Source = "G6" },
        new("KUBECONFIG", SettingType.File, "", "Cluster access for TokenReview outside a pod: a token, token file, client certificate or password; exec and auth-provider are refused, a proxy-url is not used.") { Source = "platform" },
        new("SSL_CERT_FILE", SettingType.File, "", "System roots.") { Source = "platform" },
        new("SSL_CERT_DIR", SettingType.File, "", "System roots.") { Source = "platform" },
    ];
}
