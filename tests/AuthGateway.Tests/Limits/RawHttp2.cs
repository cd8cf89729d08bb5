using System.Net.Sockets;
using System.Text;

namespace AuthGateway.Tests.Limits;

/// <summary>HTTP/2 without TLS, frame by frame, for heads that no client library sends (RFC 9113, RFC 7541 §6.2.2).</summary>
internal sealed class RawHttp2 : IDisposable
{
    public const int Headers = 1;
    public const int GoAway = 7;
    private const int Settings = 4;
    private const int EndHeaders = 4;
    private const int EndStream = 1;
    private readonly TcpClient _client = new();

    public static async Task<RawHttp2> ConnectAsync(Uri address)
    {
        var connection = new RawHttp2();
        await connection._client.ConnectAsync(address.Host, address.Port);
        await connection._client.GetStream().WriteAsync((byte[])[.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Settings, 0, 0, [])]);
        return connection;
    }

    /// <summary>A whole request without a body.</summary>
    public ValueTask SendHeadAsync(byte stream, params (string Name, string Value)[] fields) =>
        _client.GetStream().WriteAsync(Frame(Headers, EndHeaders | EndStream, stream, [.. fields.SelectMany(field => (byte[])[0, .. Literal(field.Name), .. Literal(field.Value)])]));

    /// <summary>Type of the first frame of this stream, or <see cref="GoAway"/>; 0 when the connection was closed.</summary>
    public async Task<int> EndOfAsync(byte stream)
    {
        var head = new byte[9];
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            if (await _client.GetStream().ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, limit.Token) < head.Length)
            {
                return 0;
            }

            await _client.GetStream().ReadExactlyAsync(new byte[(head[0] << 16) | (head[1] << 8) | head[2]], limit.Token);
            if (head[3] == GoAway || head[8] == stream)
            {
                return head[3];
            }
        }
    }

    public void Dispose() => _client.Dispose();

    private static byte[] Literal(string text) => [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)];

    private static byte[] Frame(byte type, byte flags, byte stream, byte[] payload) => [0, (byte)(payload.Length >> 8), (byte)payload.Length, type, flags, 0, 0, 0, stream, .. payload];
}
