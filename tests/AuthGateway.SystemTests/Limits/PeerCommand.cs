using AuthGateway.SystemTests.Parts;
using AuthGateway.SystemTests.Stores;

namespace AuthGateway.SystemTests.Limits;

/// <summary>Programs, arguments and configurations of the peers: their defaults, but for addresses, certificate, and as many connections as there are files.</summary>
internal static class PeerCommand
{
    public static async Task<(string Program, string[] Arguments)> ForAsync(FloodPeer peer, PeerPlaces places)
    {
        var certificate = TestCertificate.Make(places.Folder);
        switch (peer)
        {
            case FloodPeer.Nginx:
                return (RealPart.Program("NGINX_HOME", "nginx", "nginx"), ["-p", places.Folder.Path, "-e", "stderr", "-c", places.Folder.Write("nginx.conf", Nginx(places, certificate))]);
            case FloodPeer.Envoy:
                return (await EnvoyProxy.ProgramAsync(), ["-c", places.Folder.Write("envoy.yaml", Envoy(places, certificate)), "--disable-hot-restart", "--concurrency", "2", "-l", "critical"]);
            default:
                return (Environment.GetEnvironmentVariable("OAUTH2_PROXY_BIN") ?? throw new InvalidOperationException("OAUTH2_PROXY_BIN names no program."), Oauth2Proxy(places, certificate));
        }
    }

    private static string Nginx(PeerPlaces places, TestCertificate certificate) => $$"""
        daemon off;
        {{(Environment.UserName == "root" ? "user root;" : "")}}
        pid nginx.pid;
        error_log stderr emerg;
        worker_processes 2;
        events { worker_connections 1000; }
        http {
          access_log off;
          client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
          upstream application { server 127.0.0.1:{{places.Application}}; keepalive 32; }
          proxy_http_version 1.1;
          proxy_set_header Connection "";
          proxy_set_header Host $host;
          server {
            listen 127.0.0.1:{{places.Probes}};
            return 200;
          }
          server {
            listen 127.0.0.1:{{places.Port}}{{(places.Door is FloodDoor.Plain ? "" : " http2")}}{{(places.IsTls ? " ssl" : "")}};
            ssl_certificate {{certificate.CertificateFile}};
            ssl_certificate_key {{certificate.KeyFile}};
            location /public { proxy_pass http://application; }
            location / {
              if ($cookie_authservice_session = "") { return 401; }
              proxy_pass http://application;
            }
          }
        }
        """;

    private static string Envoy(PeerPlaces places, TestCertificate certificate) => $$"""
        admin: {address: {socket_address: {address: 127.0.0.1, port_value: {{places.Probes}} } } }
        static_resources:
          listeners:
          - name: door
            address: {socket_address: {address: 127.0.0.1, port_value: {{places.Port}} } }
            filter_chains:
            - filters:
              - name: envoy.filters.network.http_connection_manager
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                  stat_prefix: door
                  codec_type: AUTO
                  use_remote_address: true
                  http_filters:
                  - name: envoy.filters.http.router
                    typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
                  route_config:
                    virtual_hosts:
                    - name: all
                      domains: ["*"]
                      routes:
                      - {match: {prefix: /public}, route: {cluster: application, timeout: 0s} }
                      - match: {prefix: /, headers: [{name: cookie, string_match: {contains: authservice_session=} }]}
                        route: {cluster: application, timeout: 0s}
                      - {match: {prefix: /}, direct_response: {status: 401} }
        {{(places.IsTls ? Secured(certificate) : "")}}
          clusters:
          - name: application
            connect_timeout: 5s
            load_assignment:
              cluster_name: application
              endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: {{places.Application}} } } } }]}]
        """;

    private static string Secured(TestCertificate certificate) => $$"""
              transport_socket:
                name: envoy.transport_sockets.tls
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
                  common_tls_context:
                    alpn_protocols: [h2, http/1.1]
                    tls_certificates: [{certificate_chain: {filename: {{certificate.CertificateFile}} }, private_key: {filename: {{certificate.KeyFile}} } }]
        """;

    // Its plain address is the probes' where the door has TLS, and the door itself is where it has not.
    private static string[] Oauth2Proxy(PeerPlaces places, TestCertificate certificate) =>
    [
        "--provider=oidc",
        $"--oidc-issuer-url={places.Issuer}",
        $"--client-id={FakeProvider.ClientId}",
        $"--client-secret={FakeProvider.ClientSecret}",
        $"--redirect-url={StoreGateway.PublicUrl}/oauth2/callback",
        "--cookie-secret=0123456789abcdef0123456789abcdef",
        "--email-domain=*",
        "--skip-provider-button=true",
        "--skip-auth-regex=^/public",
        "--request-logging=false",
        "--auth-logging=false",
        $"--upstream=http://127.0.0.1:{places.Application}",
        .. places.IsTls
            ? new[] { $"--http-address=127.0.0.1:{places.Probes}", $"--https-address=127.0.0.1:{places.Port}", $"--tls-cert-file={certificate.CertificateFile}", $"--tls-key-file={certificate.KeyFile}" }
            : [$"--http-address=127.0.0.1:{places.Port}"],
    ];
}
