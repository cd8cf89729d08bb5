using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace AuthGateway.Testing;

/// <summary>HTTP/2 frame by frame (RFC 9113), for what no client library sends. No answer is taken while the window is 0.</summary>
internal sealed class RawHttp2 : IDisposable
{
    public const byte Data = 0;
    public const byte Headers = 1;
    public const byte Reset = 3;
    public const byte Settings = 4;
    public const byte Ping = 6;
    public const byte GoAway = 7;
    public const byte Continuation = 9;
    public const byte EndStream = 0x1;
    public const byte EndHeaders = 0x4;

    private readonly TcpClient _client = new() { NoDelay = true };
    private readonly SemaphoreSlim _writing = new(1);
    private Stream _stream = Stream.Null;

    /// <summary>What the peer sent so far: type, flags, stream, payload.</summary>
    public ConcurrentQueue<(byte Type, byte Flags, int Stream, byte[] Payload)> Received { get; } = new();

    /// <summary>Ends when the peer has closed.</summary>
    public Task Closed { get; private set; } = Task.CompletedTask;

    /// <param name="port">On loopback.</param>
    /// <param name="tls">False for prior knowledge (h2c).</param>
    /// <param name="window">INITIAL_WINDOW_SIZE: 0 takes no answer.</param>
    public static async Task<RawHttp2> ConnectAsync(int port, bool tls = true, int window = 0)
    {
        var connection = new RawHttp2();
        await connection._client.ConnectAsync(IPAddress.Loopback, port);
        connection._stream = connection._client.GetStream();
        if (tls)
        {
            var secure = new SslStream(connection._stream);
            connection._stream = secure;
            await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                ApplicationProtocols = [SslApplicationProtocol.Http2],
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
            });
        }

        var settings = new byte[6];
        settings[1] = 4;
        BinaryPrimitives.WriteInt32BigEndian(settings.AsSpan(2), window);
        await connection.SendAsync([.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Settings, 0, 0, settings)]);
        connection.Closed = connection.ReadAsync();
        return connection;
    }

    /// <summary>A peer that has closed takes nothing more: nothing is thrown.</summary>
    public async Task SendAsync(byte[] bytes)
    {
        await _writing.WaitAsync();
        try
        {
            await _stream.WriteAsync(bytes);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Closed says so.
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>A whole header block that begins a request.</summary>
    public Task RequestAsync(int stream, string method, string path, string host, bool isEnd, byte[] fields, byte flags = EndHeaders) =>
        SendAsync(Frame(Headers, (byte)(flags | (isEnd ? EndStream : 0)), stream, Head(method, path, host, fields)));

    /// <summary>The fields of a request; <c>:scheme</c> is https.</summary>
    public static byte[] Head(string method, string path, string host, params byte[] fields) => [0x02, .. Text(method), 0x87, 0x04, .. Text(path), 0x01, .. Text(host), .. fields];

    /// <summary>A field that enters the peer's table: the next block names it by the byte 0xBE.</summary>
    public static byte[] Indexed(string name, string value) => [0x40, .. Text(name), .. Text(value)];

    /// <summary>A field that does not.</summary>
    public static byte[] Field(string name, string value) => [0x00, .. Text(name), .. Text(value)];

    public static byte[] Frame(byte type, byte flags, int stream, byte[] payload) =>
    [
        (byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, flags,
        (byte)(stream >> 24), (byte)(stream >> 16), (byte)(stream >> 8), (byte)stream, .. payload,
    ];

    /// <summary>How many frames of that kind came.</summary>
    public int Count(byte type, byte flags = 0) => Received.Count(frame => frame.Type == type && (frame.Flags & flags) == flags);

    public void Dispose()
    {
        _stream.Dispose();
        _client.Dispose();
    }

    private async Task ReadAsync()
    {
        var head = new byte[9];
        try
        {
            while (true)
            {
                await _stream.ReadExactlyAsync(head);
                var payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
                await _stream.ReadExactlyAsync(payload);
                Received.Enqueue((head[3], head[4], (int)(BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(5)) & 0x7FFFFFFF), payload));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    // RFC 7541 §5.1, §5.2: a length with a prefix of 7 bits, and the text without Huffman.
    private static byte[] Text(string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        if (bytes.Length < 127)
        {
            return [(byte)bytes.Length, .. bytes];
        }

        var length = new List<byte> { 127 };
        var rest = bytes.Length - 127;
        for (; rest >= 128; rest >>= 7)
        {
            length.Add((byte)((rest & 127) | 128));
        }

        return [.. length, (byte)rest, .. bytes];
    }
}
