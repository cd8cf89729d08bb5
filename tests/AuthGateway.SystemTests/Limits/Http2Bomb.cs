using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace AuthGateway.SystemTests.Limits;

/// <summary>
/// One TLS connection that holds as much decoded header text as it can for few bytes: a field of 4,000 bytes is put into the HPACK table once and named 15 times
/// by one byte on each of 100 streams, and no answer is taken (window 0).
/// </summary>
internal sealed class Http2Bomb : IDisposable
{
    private const int Streams = 100;
    private readonly TcpClient _client = new();
    private SslStream? _tls;

    /// <summary>Bytes that were sent.</summary>
    public int Sent { get; private set; }

    public static async Task<Http2Bomb> OpenAsync(int port, string path, string host)
    {
        var bomb = new Http2Bomb();
        await bomb._client.ConnectAsync(IPAddress.Loopback, port);
        bomb._tls = new SslStream(bomb._client.GetStream());
        await bomb._tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            ApplicationProtocols = [SslApplicationProtocol.Http2],
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        });
        await bomb.SendAsync([.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(4, 0, 0, [0, 4, 0, 0, 0, 0])]);
        for (var i = 0; i < Streams; i++)
        {
            byte[] fields = i == 0
                ? [0x40, .. Text("x-a"), .. Text(new string('a', 4000)), .. Enumerable.Repeat((byte)0xBE, 14)]
                : [.. Enumerable.Repeat((byte)0xBE, 15)];
            await bomb.SendAsync(Frame(1, 0x5, (2 * i) + 1, [0x82, 0x87, 0x04, .. Text(path), 0x01, .. Text(host), .. fields]));
        }

        return bomb;
    }

    public void Dispose()
    {
        _tls?.Dispose();
        _client.Dispose();
    }

    private async Task SendAsync(byte[] bytes)
    {
        try
        {
            await _tls!.WriteAsync(bytes);
            Sent += bytes.Length;
        }
        catch (IOException)
        {
            // The gateway has closed it.
        }
    }

    private static byte[] Frame(byte type, byte flags, int stream, byte[] payload) =>
    [
        (byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, flags,
        (byte)(stream >> 24), (byte)(stream >> 16), (byte)(stream >> 8), (byte)stream, .. payload,
    ];

    // RFC 7541 §5.1, §5.2: a length with a prefix of 7 bits, and the text without Huffman.
    private static byte[] Text(string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        if (bytes.Length < 127)
            return [(byte)bytes.Length, .. bytes];
        var length = new List<byte> { 127 };
        var rest = bytes.Length - 127;
        for (; rest >= 128; rest >>= 7)
            length.Add((byte)((rest & 127) | 128));
        length.Add((byte)rest);
        return [.. length, .. bytes];
    }
}
