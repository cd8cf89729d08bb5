using System.Diagnostics;
using AuthGateway.Benchmarks.Harness;

namespace AuthGateway.Benchmarks.Peers;

/// <summary>Another proxy in front of the gateway's check, on the measured core.</summary>
internal static class PeerProxy
{
    public const string Nginx = "nginx auth_request + our check";
    public const string Envoy = "Envoy ext_authz + our check";
    public const string Oauth2Proxy = "oauth2-proxy";

    /// <returns>Null when there is no nginx (<c>NGINX</c> names it; else the one on the <c>PATH</c>).</returns>
    public static async Task<(ChildProcess Process, Uri Address)?> StartNginxAsync(string folder, Uri check, Uri upstream)
    {
        var program = Environment.GetEnvironmentVariable("NGINX") ?? Programs.OnPath("nginx") ?? "/usr/sbin/nginx";
        if (!File.Exists(program))
        {
            return null;
        }

        var port = ChildProcess.FreePort();
        var file = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(file, NginxFile(folder, port, check, upstream));
        var process = await ChildProcess.StartAsync(
            Placement.OnMeasuredCore(program, ["-c", file, "-p", folder, "-e", "stderr"]), new Dictionary<string, string>(), port);
        return (process, new Uri($"http://127.0.0.1:{port}/"));
    }

    /// <returns>Null without <c>ENVOY_HOME</c>, a folder with <c>start.sh DIR CONFIG</c>.</returns>
    public static async Task<(EnvoyInstance Process, Uri Address)?> StartEnvoyAsync(string folder, Uri check, Uri upstream)
    {
        if (Environment.GetEnvironmentVariable("ENVOY_HOME") is not { Length: > 0 } home)
        {
            return null;
        }

        var port = ChildProcess.FreePort();
        var start = Placement.OnMeasuredCore(
            Path.Combine(home, "start.sh"), [Path.Combine(folder, "envoy"), "kubeflow-ext-authz-http"]);
        foreach (var (name, value) in new[] { ("LISTEN_PORT", port), ("AUTH_PORT", check.Port), ("AUTH_WEB_PORT", check.Port), ("APP_PORT", upstream.Port) })
        {
            start.Environment[name] = $"{value}";
        }

        return (await EnvoyInstance.StartAsync(start, home, Path.Combine(folder, "envoy")), new Uri($"http://127.0.0.1:{port}/"));
    }

    private static string NginxFile(string folder, int port, Uri check, Uri upstream) => $$"""
        daemon off;
        master_process off;
        pid {{folder}}/nginx.pid;
        events { worker_connections 4096; }
        http {
          access_log off;
          client_body_temp_path {{folder}}; proxy_temp_path {{folder}}; fastcgi_temp_path {{folder}}; uwsgi_temp_path {{folder}}; scgi_temp_path {{folder}};
          keepalive_requests 1000000000;
          upstream check { server {{check.Authority}}; keepalive 128; keepalive_requests 1000000000; }
          upstream application { server {{upstream.Authority}}; keepalive 128; keepalive_requests 1000000000; }
          proxy_http_version 1.1;
          proxy_set_header Connection "";
          server {
            listen 127.0.0.1:{{port}};
            location = /_verify {
              internal;
              proxy_pass http://check/authservice/verify;
              proxy_pass_request_body off;
              proxy_set_header Content-Length "";
              proxy_set_header Connection "";
              proxy_set_header Host $http_host;
              proxy_set_header X-Original-URI $request_uri;
              proxy_set_header X-Original-Method $request_method;
            }
            location / {
              auth_request /_verify;
              auth_request_set $userid $upstream_http_kubeflow_userid;
              proxy_set_header kubeflow-userid $userid;
              proxy_set_header Connection "";
              proxy_set_header Host $http_host;
              proxy_pass http://application;
            }
          }
        }
        """;
}
