using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using AuthGateway.SystemTests.Parts;

namespace AuthGateway.SystemTests;

/// <summary>In-line with a real nginx behind it, and the clients that offer <c>h2c</c> with every request: the JDK's and curl.</summary>
public sealed class RealUpstreamTests
{
    private const string JavaClient = """
        import java.net.*; import java.net.http.*;
        public class Client {
          public static void main(String[] a) throws Exception {
            var client = HttpClient.newHttpClient();
            var get = client.send(HttpRequest.newBuilder(URI.create(a[0])).build(), HttpResponse.BodyHandlers.ofString());
            var post = client.send(HttpRequest.newBuilder(URI.create(a[0])).POST(HttpRequest.BodyPublishers.ofString("body")).build(), HttpResponse.BodyHandlers.ofString());
            System.out.println(get.statusCode() + " " + get.version() + " " + post.statusCode() + " " + post.body().trim());
          }
        }
        """;

    [Fact]
    public async Task Jdk_http_client_and_curl_are_served_although_they_offer_h2c()
    {
        await using var nginx = await Nginx.StartAsync();
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["UPSTREAM_URL"] = $"http://127.0.0.1:{nginx.Port}" });
        using var folder = new TempFolder("jdk");
        var address = new Uri(rig.Address, "/public/x").ToString();

        var java = await ChildProcess.RunAsync(RealPart.Program("JAVA_BIN", "java", "default-jdk-headless"), [folder.Write("Client.java", JavaClient), address]);
        var curl = await ChildProcess.RunAsync(RealPart.Program("CURL_HOME", "curl", "curl"), ["--http2", "-s", "-w", "%{http_code} %{http_version}", "-o", folder.File("out"), address]);

        Assert.Equal("200 HTTP_1_1 200 fine", java.Trim());
        Assert.Equal("200 1.1", curl.Trim());
    }

    /// <summary>X6: nginx refuses by Content-Length; the client still sends, 100 MB at 2 MB/s.</summary>
    [Fact]
    public async Task Upload_that_nginx_refuses_is_told_at_once()
    {
        await using var nginx = await Nginx.StartAsync();
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["UPSTREAM_URL"] = $"http://127.0.0.1:{nginx.Port}" });
        using var client = await RawClient.ConnectAsync(rig.Address);
        var started = Stopwatch.GetTimestamp();

        await client.SendAsync($"PUT /public/x HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\nContent-Length: 100000000\r\n\r\n{new string('x', 200_000)}");
        var answer = await client.ReadAsync();

        Assert.Equal(413, answer!.Status);
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 5);
    }

    /// <summary>G15: nginx closes an HTTP/2 connection after 20 requests, with some on their way.</summary>
    [Fact]
    public async Task Posts_to_an_http_2_upstream_that_recycles_connections_all_arrive()
    {
        await using var nginx = await Nginx.StartAsync();
        await using var rig = await GatewayRig.StartAsync();
        using var folder = new TempFolder("h2");
        var file = folder.Write("routes.json", $$"""
            {
              "Routes": { "app": { "ClusterId": "app", "Match": { "Path": "{**rest}" } } },
              "Clusters": { "app": { "HttpRequest": { "Version": "2", "VersionPolicy": "RequestVersionExact" }, "Destinations": { "one": { "Address": "http://127.0.0.1:{{nginx.Http2Port}}" } } } }
            }
            """);
        await rig.RestartAsync(environment =>
        {
            environment.Remove("UPSTREAM_URL");
            environment["ROUTES_FILE"] = file;
        });
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 8 });

        var statuses = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PostAsync(http, new Uri(rig.Address, "/public/x"), 100)));

        var failed = rig.Log.Text.Split('\n').Where(line => line.Contains("does not answer", StringComparison.Ordinal)).ToList();
        Assert.True(statuses.SelectMany(some => some).All(status => status == 200), string.Join('\n', failed.Distinct()));
    }

    private static async Task<List<int>> PostAsync(HttpClient http, Uri address, int times)
    {
        var statuses = new List<int>();
        for (var i = 0; i < times; i++)
        {
            using var body = new StringContent(new string('x', 100));
            using var answer = await http.PostAsync(address, body);
            statuses.Add((int)answer.StatusCode);
        }

        return statuses;
    }

    private sealed class Nginx(TempFolder folder, ChildProcess process, int port, int http2Port) : IAsyncDisposable
    {
        public int Port => port;

        public int Http2Port => http2Port;

        public static async Task<Nginx> StartAsync()
        {
            var program = RealPart.Program("NGINX_HOME", "nginx", "nginx");
            var folder = new TempFolder("nginx");
            var (port, http2) = (Ports.Free(), Ports.Free());
            var file = folder.Write("nginx.conf", string.Create(CultureInfo.InvariantCulture, $$"""
                daemon off;
                {{(Environment.UserName == "root" ? "user root;" : "")}}
                pid nginx.pid;
                error_log stderr;
                events {}
                http {
                  access_log off;
                  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                  server { listen 127.0.0.1:{{port}}; client_max_body_size 1m; location / { return 200 fine; } }
                  server { listen 127.0.0.1:{{http2}} http2; keepalive_requests 20; location / { proxy_pass http://127.0.0.1:{{port}}; } }
                }
                """));
            var nginx = new Nginx(folder, ChildProcess.Start(program, ["-p", folder.Path, "-e", "stderr", "-c", file]), port, http2);
            await Deadline.UntilAsync(nginx.AcceptsAsync, TimeSpan.FromSeconds(20), () => "nginx");
            return nginx;
        }

        public async ValueTask DisposeAsync()
        {
            await process.DisposeAsync();
            folder.Dispose();
        }

        private async Task<bool> AcceptsAsync()
        {
            Assert.False(process.HasExited, process.Output);
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", http2Port);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        }
    }
}
