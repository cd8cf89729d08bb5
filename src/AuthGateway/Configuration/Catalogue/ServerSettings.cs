using AuthGateway.Authentication.Kubernetes;
using static AuthGateway.Configuration.Catalogue.SettingType;

namespace AuthGateway.Configuration.Catalogue;

/// <summary>Settings of listeners, upstream and logs.</summary>
internal static class ServerSettings
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        new("SERVER_HOSTNAME", Text, "all interfaces",
            "Address of the main, web and ext_authz listeners.") { Source = "oidc-authservice" },
        new("SERVER_PORT", Port, "8080", "Main listener.") { Aliases = ["PORT"], Source = "oidc-authservice" },
        new("WEB_SERVER_PORT", Port, "8082", "Listener of the pages.") { Source = "oidc-authservice" },
        new("READINESS_PROBE_PORT", Port, "8081",
            "Listener of the probes, on all interfaces.") { Source = "oidc-authservice" },
        new("METRICS_PORT", Port, "READINESS_PROBE_PORT",
            "Listener of /metrics, and of the probes too. OTEL_EXPORTER_OTLP_ENDPOINT in the environment sends the "
            + "same by OTLP."),
        new("EXT_AUTHZ_PORT", Port, "off",
            "Listener of Envoy HTTP ext_authz checks; without an upstream SERVER_PORT is that listener."),
        new("EXT_AUTHZ_UPSTREAM_HEADERS", List, "USERID_HEADER",
            "Response headers that Envoy copies upstream; Envoy removes every other managed header."),
        new("UPSTREAM_URL", Address, "", "In-line mode: the only upstream."),
        new("UPSTREAM_HOST", Text, "original",
            "Host header sent to the upstream of UPSTREAM_URL: original (the client's), upstream (the host of "
            + "UPSTREAM_URL), or a name."),
        new("ROUTES_FILE", SettingType.File, "",
            "In-line mode: Routes and Clusters in YARP's JSON, reloaded on change."),
        new("TLS_CERT_FILE", SettingType.File, "", "Certificate for https on SERVER_PORT, reloaded on change."),
        new("TLS_KEY_FILE", SettingType.File, "", "Its private key."),
        new("SERVER_H2C", SettingType.Boolean, "false",
            "Accept HTTP/2 without TLS on SERVER_PORT too (gRPC behind a load balancer that terminates TLS)."),
        new("TRUSTED_PROXIES", List, "none", "Networks whose X-Forwarded-* and X-Original-* headers are trusted."),
        new("SHUTDOWN_DELAY", Duration, "5 with redis, else off",
            "How long requests are still served after SIGTERM while the readiness probe fails, so that other "
            + "replicas take over. terminationGracePeriodSeconds must exceed the sum of SHUTDOWN_DELAY and "
            + "SHUTDOWN_TIMEOUT by 3 s. At most 24h.") { Unit = "seconds" },
        new("SHUTDOWN_TIMEOUT", Duration, "20",
            "After SIGTERM and SHUTDOWN_DELAY: how long uploads, downloads and slow calls in progress may take to "
            + "finish. WebSockets and event streams are closed cleanly when nothing else is open, or at the end of "
            + "this time. At most 24h.") { Unit = "seconds" },
        new("ACCESS_LOG", Choice, "errors", "Access log, one line per request.") { Choices = ["off", "errors", "all"] },
        new("LOG_LEVEL", Choice, "INFO", "Least severe level that is logged.")
        { Choices = ["FATAL", "ERROR", "WARN", "INFO", "DEBUG"], Source = "oidc-authservice" },
        new("OAUTH2_PROXY_CONFIG", SettingType.File, "",
            "Settings of oauth2-proxy that are read as they are (oauth2_proxy.cfg, TOML), as its environment "
            + "variables OAUTH2_PROXY_… are; a setting of this page takes precedence. --oauth2-proxy-config sets it."),
        new("KUBECONFIG", SettingType.File, "",
            "Cluster access for TokenReview outside a pod: a token, token file, client certificate or password; exec "
            + "and auth-provider are refused, a proxy-url is not used.") { Source = "kubectl" },
        new("SSL_CERT_FILE", SettingType.File, "", "System roots.") { Source = "OpenSSL" },
        new("SSL_CERT_DIR", SettingType.File, "", "System roots.") { Source = "OpenSSL" },
    ];
}
