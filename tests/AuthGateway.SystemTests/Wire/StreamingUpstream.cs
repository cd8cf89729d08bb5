using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AuthGateway.SystemTests.Wire;

/// <summary>An application that streams: WebSocket echo, server-sent events, gigabytes both ways, and a gRPC-like method over HTTP/2.</summary>
internal sealed class StreamingUpstream : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StreamingUpstream(WebApplication app) => _app = app;

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary><see cref="Stopwatch.GetTimestamp"/> of the moment each event was handed to the socket.</summary>
    public ConcurrentQueue<long> EventsSentAt { get; } = new();

    /// <summary>Headers of the newest gRPC-like call.</summary>
    public IHeaderDictionary? LastGrpcHeaders { get; private set; }

    /// <param name="http2">True: HTTP/2 without TLS alone (h2c), as gRPC servers in a cluster are.</param>
    public static async Task<StreamingUpstream> StartAsync(bool http2 = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = http2 ? HttpProtocols.Http2 : HttpProtocols.Http1);
        });
        var app = builder.Build();
        var upstream = new StreamingUpstream(app);
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.Zero });
        app.MapGet("/ws", EchoAsync);
        app.MapGet("/sse", upstream.SendEventsAsync);
        app.MapPost("/upload", CountAsync);
        app.MapGet("/download/{bytes:long}", SendBytesAsync);
        app.MapPost("/echo.Echo/Say", upstream.SayAsync);
        await app.StartAsync();
        return upstream;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private static async Task EchoAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, context.RequestAborted);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", context.RequestAborted);
                return;
            }

            await socket.SendAsync(buffer.AsMemory(0, part.Count), part.MessageType, part.EndOfMessage, context.RequestAborted);
        }
    }

    /// <summary>One event, then the next only when the reader has asked for it by its pace: five in all.</summary>
    private async Task SendEventsAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        for (var i = 0; i < 5; i++)
        {
            EventsSentAt.Enqueue(Stopwatch.GetTimestamp());
            await context.Response.WriteAsync($"data: {i}\n\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(300, context.RequestAborted);
        }
    }

    private static async Task CountAsync(HttpContext context)
    {
        var buffer = new byte[256 * 1024];
        long total = 0;
        for (int read; (read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0;)
            total += read;
        await context.Response.WriteAsync($"{total}", context.RequestAborted);
    }

    private static async Task SendBytesAsync(long bytes, HttpContext context)
    {
        context.Response.ContentLength = bytes;
        var block = new byte[256 * 1024];
        for (var left = bytes; left > 0; left -= Math.Min(left, block.Length))
            await context.Response.Body.WriteAsync(block.AsMemory(0, (int)Math.Min(left, block.Length)), context.RequestAborted);
    }

    /// <summary>Echoes length-prefixed messages one by one and ends with gRPC's trailer (gRPC over HTTP/2, "Responses").</summary>
    private async Task SayAsync(HttpContext context)
    {
        LastGrpcHeaders = context.Request.Headers;
        context.Response.ContentType = "application/grpc";
        context.Response.DeclareTrailer("grpc-status");
        await context.Response.Body.FlushAsync(context.RequestAborted);
        var buffer = new byte[4096];
        for (int read; (read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0;)
        {
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }

        context.Response.AppendTrailer("grpc-status", "0");
    }
}
