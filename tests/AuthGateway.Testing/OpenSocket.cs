using System.Diagnostics;
using System.Net.WebSockets;

namespace AuthGateway.Testing;

/// <summary>A client's WebSocket through the gateway, and how it ended.</summary>
internal sealed class OpenSocket : IDisposable
{
    private readonly ClientWebSocket _socket;

    private OpenSocket(ClientWebSocket socket)
    {
        _socket = socket;
        Ended = ReadToEndAsync();
    }

    /// <summary>Done when the peer closed: the close status, or null when the connection broke off without a close frame.</summary>
    public Task<WebSocketCloseStatus?> Ended { get; }

    /// <summary>When it ended, as <see cref="Stopwatch"/> time.</summary>
    public long EndedAt { get; private set; }

    public string? Reason => _socket.CloseStatusDescription;

    public static Task<OpenSocket> ConnectAsync(GatewayRig rig, string session, string path = "/notebook/ws") => ConnectAsync(rig.Address, session, path);

    public static async Task<OpenSocket> ConnectAsync(Uri gateway, string session, string path)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Host", GatewayRig.PublicHost);
        socket.Options.SetRequestHeader("Cookie", "authservice_session=" + session);
        await socket.ConnectAsync(new UriBuilder(gateway) { Scheme = "ws", Path = path }.Uri, TestContext.Current.CancellationToken);
        return new OpenSocket(socket);
    }

    public void Dispose() => _socket.Dispose();

    private async Task<WebSocketCloseStatus?> ReadToEndAsync()
    {
        var buffer = new byte[1024];
        try
        {
            while ((await _socket.ReceiveAsync(buffer, CancellationToken.None)).MessageType != WebSocketMessageType.Close)
            {
                // What the app says is not looked at here.
            }

            EndedAt = Stopwatch.GetTimestamp();
            var status = _socket.CloseStatus;
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
            return status;
        }
        catch (WebSocketException)
        {
            EndedAt = EndedAt == 0 ? Stopwatch.GetTimestamp() : EndedAt;
            return _socket.CloseStatus;
        }
    }
}
