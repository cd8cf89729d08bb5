using System.Net;
using System.Net.Http.Headers;
using AuthGateway.Http.Headers;
using AuthGateway.SystemTests.Parts;
using AuthGateway.SystemTests.Wire;

namespace AuthGateway.SystemTests;

/// <summary>gRPC: HTTP/2 over TLS in, HTTP/2 without TLS out, messages both ways while the call is open, the status in a trailer.</summary>
public sealed class GrpcTests(KeycloakServer keycloak, GatewayBinary binary)
{
    [Fact]
    public async Task A_two_way_stream_passes_with_its_trailers_and_the_identity()
    {
        using var folder = new TempFolder("grpc");
        await using var upstream = await StreamingUpstream.StartAsync(http2: true);
        await using var gateway = await GatewayProcess.StartAsync(binary, await LaunchAsync(folder, upstream));
        using var browser = new CookieBrowser();
        await browser.GoAsync(new Uri(gateway.Address, "/authservice/login"));
        await browser.SubmitAsync(new Dictionary<string, string> { ["username"] = "ann", ["password"] = "ann-pass" });
        using var http = new HttpClient(new SocketsHttpHandler
        {
            UseCookies = false,
            SslOptions = new() { RemoteCertificateValidationCallback = (_, _, _, _) => true },
        });
        var toServer = new DuplexContent();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway.Address, "/echo.Echo/Say"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = toServer,
        };
        request.Headers.Add("Cookie", browser.CookieHeader("localhost"));
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));

        // As a gRPC client does: the first message goes out before an answer has begun.
        var pending = http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        await toServer.WriteAsync(Frame("one"u8.ToArray()));
        using var answer = await pending.WaitAsync(TimeSpan.FromSeconds(15));
        Assert.Equal((HttpStatusCode.OK, HttpVersion.Version20), (answer.StatusCode, answer.Version));
        await using var fromServer = await answer.Content.ReadAsStreamAsync();
        Assert.Equal(Frame("one"u8.ToArray()), await ReadAsync(fromServer, 8));
        await toServer.WriteAsync(Frame("second"u8.ToArray()));
        Assert.Equal(Frame("second"u8.ToArray()), await ReadAsync(fromServer, 11));
        toServer.Complete();
        Assert.Equal(0, await fromServer.ReadAsync(new byte[1]));
        Assert.Equal("0", Assert.Single(answer.TrailingHeaders.GetValues("grpc-status")));
        Assert.Equal("ann@example.com", upstream.LastGrpcHeaders!["kubeflow-userid"].ToString());
        Assert.Equal("trailers", upstream.LastGrpcHeaders!.TE.ToString());
    }

    private async Task<GatewayLaunch> LaunchAsync(TempFolder folder, StreamingUpstream upstream)
    {
        var port = Ports.Free();
        var settings = GatewayLaunch.Settings(await keycloak.IssuerAsync("kubeflow"), port, scheme: "https");
        TlsFiles.Use(settings, folder.Path);
        settings["ROUTES_FILE"] = folder.Write("routes.json", $$"""
            {
              "Routes": { "grpc": { "ClusterId": "grpc", "Match": { "Path": "/echo.Echo/{**rest}" } } },
              "Clusters": {
                "grpc": {
                  "HttpRequest": { "Version": "2", "VersionPolicy": "RequestVersionExact" },
                  "Destinations": { "one": { "Address": "{{upstream.Address}}" } }
                }
              }
            }
            """);
        return new GatewayLaunch { Port = port, Scheme = "https", Environment = settings };
    }

    /// <summary>gRPC over HTTP/2, "Length-Prefixed-Message": no compression, length, bytes.</summary>
    internal static byte[] Frame(byte[] message) => [0, 0, 0, 0, (byte)message.Length, .. message];

    private static async Task<byte[]> ReadAsync(Stream fromServer, int count)
    {
        var bytes = new byte[count];
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await fromServer.ReadExactlyAsync(bytes, deadline.Token);
        return bytes;
    }
}
