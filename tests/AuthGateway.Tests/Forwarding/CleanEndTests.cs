using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace AuthGateway.Tests.Forwarding;

/// <summary>A6: at a session's end every protocol is ended in its own way.</summary>
public class CleanEndTests
{
    /// <summary>RFC 6455 §7.1.1: after both close frames the server closes; a reset would make browsers say wasClean=false.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Web_socket_is_closed_without_a_reset(bool byRoutes)
    {
        await using var rig = await ForwardingRig.StartAsync(byRoutes);
        using var client = await RawClient.ConnectAsync(rig.Gateway.Address);
        await client.SendAsync($"GET /app/ws HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\n{rig.Cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        Assert.Equal(101, (await client.ReadAsync())!.Status);

        await LogOutAsync(rig);
        var close = await client.Reader.ExactAsync(17);
        Assert.Equal([0x88, 15, 0x03, 0xF0], close![..4]);

        // The client's close frame, masked by zeros.
        await client.SendAsync([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xE8]);

        Assert.True(await client.IsEndedCleanlyAsync(), "The connection was reset, or stayed open.");
        await Deadline.UntilAsync(() => rig.Upstream.OpenSockets == 0, "the application's side is closed");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Grpc_call_gets_status_16(bool isStarted)
    {
        await using var app = await CallServer.StartAsync(isStarted);
        await using var rig = await ForwardingRig.WithFileAsync($$"""
            {
              "Routes": { "app": { "ClusterId": "app", "Match": { "Path": "{**rest}" } } },
              "Clusters": { "app": { "HttpRequest": { "Version": "2", "VersionPolicy": "RequestVersionExact" }, "Destinations": { "one": { "Address": "{{app.Address}}" } } } }
            }
            """, new() { ["SERVER_H2C"] = "true", ["ACCESS_LOG"] = "all" });
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        using var request = rig.Call("/echo.Echo/Say");

        var pending = http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        await app.Called.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        if (isStarted)
        {
            await pending;
        }

        await LogOutAsync(rig);

        using var answer = await pending;
        Assert.Equal((HttpStatusCode.OK, "application/grpc"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        var status = isStarted ? answer.TrailingHeaders : answer.Headers;
        Assert.Equal("16", Assert.Single(status.GetValues("grpc-status")));
        Assert.Equal("The session has ended.", Assert.Single(status.GetValues("grpc-message")));
    }

    [Fact]
    public async Task Body_that_the_sessions_end_breaks_off_is_499_in_the_access_log()
    {
        using var app = new TcpListener(IPAddress.Loopback, 0);
        app.Start();
        await using var rig = await ForwardingRig.StartAsync(byRoutes: false, new() { ["ACCESS_LOG"] = "all", ["UPSTREAM_URL"] = $"http://{app.LocalEndpoint}" });
        using var client = await RawClient.ConnectAsync(rig.Gateway.Address);
        await client.SendAsync($"PUT /upload HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\n{rig.Cookie}\r\nContent-Length: 1000000\r\n\r\n{new string('x', 20000)}");
        using var connection = await app.AcceptTcpClientAsync(TestContext.Current.CancellationToken);

        await LogOutAsync(rig);

        await Deadline.UntilAsync(() => rig.Gateway.Log.Text.Contains("PUT /upload 499 127.0.0.1", StringComparison.Ordinal), () => "the line\n" + rig.Gateway.Log.Text);
    }

    private static async Task LogOutAsync(ForwardingRig rig) => Assert.Equal(303, (await rig.SendAsync("POST", "/authservice/logout", "Origin: " + rig.Gateway.PublicUrl, "Sec-Fetch-Site: same-origin")).Status);

    /// <summary>An HTTP/2 server without TLS that begins an answer, or does not, and then says nothing.</summary>
    private sealed class CallServer(WebApplication app) : IAsyncDisposable
    {
        public TaskCompletionSource Called { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Address => app.Urls.First();

        public static async Task<CallServer> StartAsync(bool begins)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
            var server = new CallServer(builder.Build());
            server.Serve(begins);
            return await server.StartedAsync();
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();

        private void Serve(bool begins) => app.Run(async context =>
        {
            if (begins)
            {
                context.Response.ContentType = "application/grpc";
                await context.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 0, 0 });
            }

            Called.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });

        private async Task<CallServer> StartedAsync()
        {
            await app.StartAsync();
            return this;
        }
    }
}
