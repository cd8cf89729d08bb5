using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using AuthGateway.Http.Headers;
using AuthGateway.SystemTests.Parts;
using AuthGateway.SystemTests.Wire;

namespace AuthGateway.SystemTests;

/// <summary>Logout over HTTP/2: the session's gRPC stream and its WebSocket (RFC 8441) close within a second, the connection they share goes on.</summary>
public sealed class ConnectionEndTests(KeycloakServer keycloak, GatewayBinary binary) : IAsyncLifetime
{
    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(1);
    private readonly TempFolder _folder = new("ends");
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        UseCookies = false,
        SslOptions = new() { RemoteCertificateValidationCallback = (_, _, _, _) => true },
    });

    private StreamingUpstream? _grpc;
    private StreamingUpstream? _web;
    private GatewayProcess? _gateway;
    private string _cookie = "";

    private GatewayProcess Gateway => _gateway!;

    public async ValueTask InitializeAsync()
    {
        _grpc = await StreamingUpstream.StartAsync(http2: true);
        _web = await StreamingUpstream.StartAsync();
        _gateway = await GatewayProcess.StartAsync(binary, await LaunchAsync(_grpc, _web));
        using var browser = new CookieBrowser();
        await browser.GoAsync(new Uri(Gateway.Address, "/authservice/login"));
        await browser.SubmitAsync(new Dictionary<string, string> { ["username"] = "ann", ["password"] = "ann-pass" });
        _cookie = browser.CookieHeader("localhost");
    }

    [Fact]
    public async Task Stream_and_socket_end_with_the_session()
    {
        var toServer = new DuplexContent();
        using var request = NewRequest(HttpMethod.Post, "/echo.Echo/Say", toServer);
        var pending = _http.SendAsync(request, TestContext.Current.CancellationToken);
        await toServer.WriteAsync(GrpcTests.Frame("one"u8.ToArray()));
        using var answer = await pending.WaitAsync(TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken);
        await using var fromServer = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await fromServer.ReadExactlyAsync(new byte[8], TestContext.Current.CancellationToken);
        using var socket = await OpenSocketAsync();
        var socketEnd = socket.ReceiveAsync(new byte[16], CancellationToken.None);

        // Older than a second it is a stream; that is what is measured.
        await Task.Delay(TimeSpan.FromSeconds(1.2), TestContext.Current.CancellationToken);
        var started = Stopwatch.GetTimestamp();
        using var logout = NewRequest(HttpMethod.Post, "/authservice/logout", new ByteArrayContent([]));
        logout.Headers.Add("Authorization", "Bearer " + _cookie.Split("authservice_session=")[1].Split(';')[0]);
        using (var told = await _http.SendAsync(logout, TestContext.Current.CancellationToken))
        {
            Assert.Equal((HttpStatusCode.Created, HttpVersion.Version20), (told.StatusCode, told.Version));
        }

        await Assert.ThrowsAnyAsync<IOException>(async () => await fromServer.ReadExactlyAsync(new byte[1], TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(5)));
        var streamClosed = Stopwatch.GetElapsedTime(started);
        var end = await socketEnd.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        var socketClosed = Stopwatch.GetElapsedTime(started);

        TestContext.Current.TestOutputHelper?.WriteLine($"logout sent → gRPC stream reset {streamClosed.TotalMilliseconds:0} ms, close frame {socketClosed.TotalMilliseconds:0} ms");
        Assert.Equal((WebSocketMessageType.Close, WebSocketCloseStatus.PolicyViolation), (end.MessageType, socket.CloseStatus));
        Assert.InRange(streamClosed, TimeSpan.Zero, Promise);
        Assert.InRange(socketClosed, TimeSpan.Zero, Promise);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        foreach (var upstream in new[] { _grpc, _web })
        {
            if (upstream is not null)
                await upstream.DisposeAsync();
        }

        _folder.Dispose();
    }

    private async Task<ClientWebSocket> OpenSocketAsync()
    {
        var socket = new ClientWebSocket();
        socket.Options.HttpVersion = HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        socket.Options.SetRequestHeader("Cookie", _cookie);
        await socket.ConnectAsync(new Uri($"wss://localhost:{Gateway.Port}/ws"), _http, TestContext.Current.CancellationToken);
        return socket;
    }

    private HttpRequestMessage NewRequest(HttpMethod method, string path, HttpContent content)
    {
        var request = new HttpRequestMessage(method, new Uri(Gateway.Address, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        request.Headers.Add("Cookie", _cookie);
        return request;
    }

    private async Task<GatewayLaunch> LaunchAsync(StreamingUpstream grpc, StreamingUpstream web)
    {
        var port = Ports.Free();
        var settings = GatewayLaunch.Settings(await keycloak.IssuerAsync("kubeflow"), port, scheme: "https");
        TlsFiles.Use(settings, _folder.Path);
        settings["ROUTES_FILE"] = _folder.Write("routes.json", $$"""
            {
              "Routes": {
                "grpc": { "ClusterId": "grpc", "Match": { "Path": "/echo.Echo/{**rest}" } },
                "web": { "ClusterId": "web", "Match": { "Path": "/{**rest}" } }
              },
              "Clusters": {
                "grpc": {
                  "HttpRequest": { "Version": "2", "VersionPolicy": "RequestVersionExact" },
                  "Destinations": { "one": { "Address": "{{grpc.Address}}" } }
                },
                "web": {
                  "HttpRequest": { "Version": "1.1", "VersionPolicy": "RequestVersionExact" },
                  "Destinations": { "one": { "Address": "{{web.Address}}" } }
                }
              }
            }
            """);
        return new GatewayLaunch { Port = port, Scheme = "https", Environment = settings };
    }
}
