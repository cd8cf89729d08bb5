using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace AuthGateway.SystemTests.Wire;

/// <summary>
/// The application behind the gateway on a bare socket: keeps the head of every request byte by byte, answers with a page that shows it,
/// and completes WebSocket handshakes. It takes requests without a body.
/// </summary>
internal sealed class RecordingUpstream : IDisposable
{
    private readonly ConcurrentQueue<RawHead> _heads = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public RecordingUpstream()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public Uri Address => new($"http://127.0.0.1:{Port}/");

    public IReadOnlyList<RawHead> Heads => [.. _heads];

    /// <summary>The newest request for a target; fails when there is none.</summary>
    public RawHead Last(string target) =>
        _heads.LastOrDefault(head => head.Target == target)
        ?? throw new Xunit.Sdk.XunitException($"The application never saw {target}, only: {string.Join(", ", _heads.Select(h => h.StartLine))}");

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptSocketAsync());
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            using var connection = new RawConnection(socket);
            while (await connection.ReadHeadAsync() is { } head)
            {
                _heads.Enqueue(head);
                await connection.WriteAsync(head.Value("Sec-WebSocket-Key") is { } key ? Accept(key) : Page(head));
            }
        }
        catch (Exception gone) when (gone is IOException or SocketException)
        {
            // The proxy closed its side.
        }
    }

    private static string Page(RawHead head)
    {
        var body = $"<!doctype html><title>App</title><pre id=head>{WebUtility.HtmlEncode(head.Text)}</pre>";
        return $"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=latin1\r\nContent-Length: {body.Length}\r\n\r\n{body}";
    }

    /// <summary>RFC 6455 §4.2.2.</summary>
    private static string Accept(string key)
    {
#pragma warning disable CA5350 // The protocol asks for SHA-1.
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        return $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n";
    }
}
