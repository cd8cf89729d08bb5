using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AuthGateway.Testing;

/// <summary>
/// The app behind the gateway: a raw TCP server that records every byte that matters and answers with it as JSON.
/// <c>…/ws</c> upgrades and echoes raw bytes, <c>…/sse</c> ticks, a path in <see cref="Answers"/> gets those bytes.
/// </summary>
internal sealed class EchoUpstream : IDisposable
{
    public const string Mark = "UPSTREAM-MARK-7c1f";
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private int _connections;
    private int _openSockets;

    public EchoUpstream()
    {
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _ = AcceptAsync();
    }

    public Uri Address { get; }

    public ConcurrentQueue<UpstreamRequest> Requests { get; } = new();

    /// <summary>Whole raw answers by raw path; the connection closes after each.</summary>
    public ConcurrentDictionary<string, string> Answers { get; } = new();

    /// <summary>A <c>Host</c> that is answered 403; null for none.</summary>
    public string? RefusedHost { get; set; }

    /// <summary>WebSockets that the app has open now.</summary>
    public int OpenSockets => Volatile.Read(ref _openSockets);

    public UpstreamRequest Last => Requests.Last();

    public IReadOnlyList<UpstreamRequest> For(string caseId) => [.. Requests.Where(request => request.All("X-Case-Id").Contains(caseId))];

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                _ = ServeAsync(client, Interlocked.Increment(ref _connections));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client, int connection)
    {
        try
        {
            using var owned = client;
            var stream = client.GetStream();
            var reader = new HttpReader(stream);
            while (await ReadAsync(reader, connection) is { } request)
            {
                Requests.Enqueue(request);
                if (!request.IsComplete || !await AnswerAsync(stream, reader, request))
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or FormatException)
        {
            // The gateway went away in the middle, or sent what is no HTTP: the record shows it.
        }
    }

    private static async Task<UpstreamRequest?> ReadAsync(HttpReader reader, int connection)
    {
        if (await reader.LineAsync() is not { } first || await reader.LinesAsync() is not { } lines)
        {
            return null;
        }

        var parts = first.Split(' ');
        var request = new UpstreamRequest(connection, parts[0], parts[1], lines);
        if (request.Header("Transfer-Encoding") is not null)
        {
            var chunked = await reader.ChunkedAsync();
            return request with { Body = chunked?.Body ?? [], Trailers = chunked?.Trailers ?? [], IsComplete = chunked is not null };
        }

        if (request.Header("Content-Length") is { } length)
        {
            var body = await reader.ExactAsync(long.Parse(length, CultureInfo.InvariantCulture));
            return request with { Body = body ?? [], IsComplete = body is not null };
        }

        return request;
    }

    /// <returns>True when the connection may serve another request.</returns>
    private async Task<bool> AnswerAsync(NetworkStream stream, HttpReader reader, UpstreamRequest request)
    {
        var path = request.Target.Split('?')[0];
        if (RefusedHost is { } refused && request.Header("Host") == refused)
        {
            await WriteAsync(stream, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
            return true;
        }

        if (Answers.TryGetValue(path, out var raw))
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(raw));
            return false;
        }

        if (request.Header("Sec-WebSocket-Key") is { } key && path.EndsWith("/ws", StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _openSockets);
            try
            {
                await EchoSocketAsync(stream, reader, key);
            }
            finally
            {
                Interlocked.Decrement(ref _openSockets);
            }

            return false;
        }

        if (path.EndsWith("/hang", StringComparison.Ordinal))
        {
            // A long poll: nothing comes until the other side gives up.
            await reader.SomeAsync();
            return false;
        }

        if (path.EndsWith("/half-frame", StringComparison.Ordinal))
        {
            await HalfAFrameAsync(stream, reader, request.Header("Sec-WebSocket-Key") ?? "");
            return false;
        }

        if (path.EndsWith("/sse", StringComparison.Ordinal))
        {
            await TickAsync(stream);
            return false;
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(new { mark = Mark, method = request.Method, target = request.Target, lines = request.Lines, bodyLength = request.Body.Length });
        await WriteAsync(stream, $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {json.Length}\r\n\r\n");
        await stream.WriteAsync(request.Method == "HEAD" ? [] : json);
        return true;
    }

    private static async Task EchoSocketAsync(NetworkStream stream, HttpReader reader, string key)
    {
        await AcceptAsync(stream, key);
        while (await reader.SomeAsync() is { Length: > 0 } some)
        {
            await stream.WriteAsync(some);
        }
    }

    private static async Task HalfAFrameAsync(NetworkStream stream, HttpReader reader, string key)
    {
        await AcceptAsync(stream, key);
        await stream.WriteAsync((byte[])[0x82, 100, .. "the first half of"u8]);
        await reader.SomeAsync();
    }

    private static Task AcceptAsync(NetworkStream stream, string key)
    {
        // RFC 6455 §4.2.2: the accept value is the SHA-1 of key and GUID.
#pragma warning disable CA5350 // The protocol says SHA-1.
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        return WriteAsync(stream, $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n");
    }

    private static async Task TickAsync(NetworkStream stream)
    {
        await WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
        for (var i = 0; ; i++)
        {
            await WriteAsync(stream, $"data: {i}\n\n");
            await Task.Delay(50);
        }
    }

    private static Task WriteAsync(NetworkStream stream, string text) => stream.WriteAsync(Encoding.Latin1.GetBytes(text)).AsTask();
}
