using System.Globalization;
using System.Net.WebSockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace AuthGateway.SystemTests.Limits;

/// <summary>
/// An application that works like a notebook server: <c>/ws</c> echoes, <c>/upload</c> answers length and SHA-256 of the body, <c>/events</c> is silent between its events,
/// <c>/download</c> comes in pieces. It sends no keep-alive frames.
/// </summary>
internal sealed class NotebookUpstream : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly NotebookSizes _sizes;
    private int _begun;

    private NotebookUpstream(WebApplication app, NotebookSizes sizes) => (_app, _sizes) = (app, sizes);

    /// <summary>Requests to one of the four paths that have arrived.</summary>
    public int Begun => Volatile.Read(ref _begun);

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public static async Task<NotebookUpstream> StartAsync(NotebookSizes sizes)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
        });
        var upstream = new NotebookUpstream(builder.Build(), sizes);
        upstream._app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = Timeout.InfiniteTimeSpan });
        upstream._app.Run(upstream.AnswerAsync);
        await upstream._app.StartAsync();
        return upstream;
    }

    /// <summary>The piece with this number of a body, the same for everybody.</summary>
    public static byte[] Piece(int number, int length)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++)
            bytes[i] = (byte)((number * 31) + (i * 7) + (i >> 8));
        return bytes;
    }

    /// <summary>Length and SHA-256 as the upload's answer writes them.</summary>
    public static string Sum(long length, IncrementalHash hash) => string.Create(CultureInfo.InvariantCulture, $"{length} {Convert.ToHexString(hash.GetHashAndReset())}");

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private Task AnswerAsync(HttpContext context)
    {
        Func<HttpContext, Task>? answer = context.Request.Path.Value switch
        {
            "/ws" => EchoAsync,
            "/upload" => CountAsync,
            "/events" => SpeakAsync,
            "/download" => SendAsync,
            _ => null,
        };
        if (answer is null)
            return context.Response.WriteAsync("app");
        Interlocked.Increment(ref _begun);
        return answer(context);
    }

    private static async Task EchoAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[1024];
        while (await socket.ReceiveAsync(buffer, context.RequestAborted) is { MessageType: not WebSocketMessageType.Close } message)
            await socket.SendAsync(buffer.AsMemory(0, message.Count), message.MessageType, message.EndOfMessage, context.RequestAborted);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
    }

    private static async Task CountAsync(HttpContext context)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[64 * 1024];
        var length = 0L;
        while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted) is > 0 and var read)
        {
            hash.AppendData(buffer, 0, read);
            length += read;
        }

        await context.Response.WriteAsync(Sum(length, hash));
    }

    private async Task SpeakAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        for (var i = 0; i < _sizes.Events; i++)
        {
            if (i > 0)
                await Task.Delay(_sizes.Silence, context.RequestAborted);
            await context.Response.WriteAsync(NotebookSizes.Event(i), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    private async Task SendAsync(HttpContext context)
    {
        context.Response.ContentLength = (long)_sizes.DownloadPieces * NotebookSizes.DownloadPiece;
        for (var i = 0; i < _sizes.DownloadPieces; i++)
        {
            await context.Response.Body.WriteAsync(Piece(i, NotebookSizes.DownloadPiece), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(_sizes.DownloadPause, context.RequestAborted);
        }
    }
}
