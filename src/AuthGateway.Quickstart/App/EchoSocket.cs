using System.Net.WebSockets;

namespace AuthGateway.Quickstart.App;

/// <summary><c>/ws</c>: sends back every message; a text message <c>headers</c> is answered with the handshake's header lines.</summary>
internal static class EchoSocket
{
    public static async Task HandleAsync(HttpContext context, CancellationToken stopping)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            context.Response.Headers.Upgrade = "websocket";
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(stopping, context.RequestAborted);
        try
        {
            await EchoAsync(socket, context.Features.Get<RawHeaders>()!, ends.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            socket.Abort();
        }
    }

    private static async Task EchoAsync(WebSocket socket, RawHeaders headers, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken);
                return;
            }

            var message = buffer.AsMemory(0, received.Count);
            var asksForHeaders = received.EndOfMessage && message.Span.SequenceEqual("headers"u8);
            var answer = asksForHeaders ? System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(headers.Lines) : message;
            await socket.SendAsync(answer, received.MessageType, received.EndOfMessage, cancellationToken);
        }
    }
}
