using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using AuthGateway.SystemTests.Stores;

namespace AuthGateway.SystemTests.Limits;

/// <summary>One attack of somebody without a session, by name, from so many connections; what it opened stays open until it is disposed of.</summary>
internal sealed class Flood(int port, bool isTls, string issuer) : IDisposable
{
    private const string Homepage = "/authservice/site/homepage";
    private const string Tokens = "/authservice/backchannel-logout";
    private const int Streams = 100;
    private static readonly string Host = $"Host: {StoreGateway.PublicHost}\r\nAccept: application/json\r\n";
    private readonly List<IDisposable> _held = [];

    /// <summary>True for an attack that speaks HTTP/2.</summary>
    public static bool IsHttp2(string attack) => attack.EndsWith("-h2", StringComparison.Ordinal);

    public Task RunAsync(string attack, int connections, CancellationToken end) =>
        Task.WhenAll(Enumerable.Range(0, connections).Select(_ => IsHttp2(attack) ? FramesAsync(attack, end) : BytesAsync(attack, end)));

    public void Dispose()
    {
        lock (_held)
            _held.ForEach(held => held.Dispose());
    }

    private async Task BytesAsync(string attack, CancellationToken end)
    {
        var socket = Hold(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 });
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), end);
            await (attack switch
            {
                "silent" => Task.CompletedTask,
                // The first bytes of a TLS handshake that goes no further.
                "half-tls" => socket.SendAsync(new byte[] { 0x16, 0x03, 0x01, 0x02, 0x00, 0x01 }, end).AsTask(),
                "unread" => WriteAsync(socket, Repeat("GET /app HTTP/1.1\r\n", 200), end),
                "unfinished" => socket.SendAsync(Encoding.ASCII.GetBytes($"POST /public/x HTTP/1.1\r\n{Host}Content-Length: 100\r\n\r\nabc"), end).AsTask(),
                "callback" => CallbackAsync(socket, end),
                _ => PipelineAsync(socket, Repeat("GET /app HTTP/1.1\r\n", 500), end),
            });
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Closed by the gateway, or the end.
        }
    }

    // A login is begun, and comes back with a code that somebody made up: the gateway asks the provider.
    private async Task CallbackAsync(Socket socket, CancellationToken end)
    {
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET /authservice/login HTTP/1.1\r\n{Host}\r\n"), end);
        var buffer = new byte[16 * 1024];
        var answer = "";
        while (!answer.Contains("\r\n\r\n", StringComparison.Ordinal) && await socket.ReceiveAsync(buffer, end) is > 0 and var read)
            answer += Encoding.ASCII.GetString(buffer, 0, read);
        var state = Regex.Match(answer, "[?&]state=([^&\\s]+)").Groups[1].Value;
        var cookies = string.Join("; ", Regex.Matches(answer, "(?im)^set-cookie: ([^;\\r]+)").Select(cookie => cookie.Groups[1].Value));
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET /authservice/oidc/callback?code=made-up&state={state}&iss={Uri.EscapeDataString(issuer)} HTTP/1.1\r\n{Host}Cookie: {cookies}\r\n\r\n"), end);
    }

    private async Task FramesAsync(string attack, CancellationToken end)
    {
        try
        {
            var connection = Hold(await RawHttp2.ConnectAsync(port, isTls));
            await (attack switch
            {
                "bomb-h2" => RequestsAsync(connection, "GET", Homepage, isEnd: true, 15),
                "public-bomb-h2" => RequestsAsync(connection, "GET", "/public/x", isEnd: true, 15),
                "trailers-h2" => TrailersAsync(connection),
                "open-block-h2" => OpenBlockAsync(connection),
                "unread-h2" => RequestsAsync(connection, "GET", "/app", isEnd: true, 0),
                "unfinished-h2" => RequestsAsync(connection, "POST", "/public/x", isEnd: false, 0),
                "tokens-h2" => RequestsAsync(connection, "POST", Tokens, isEnd: false, 0),
                "pings-h2" => FramesAsync(connection, RawHttp2.Frame(RawHttp2.Ping, 0, 0, new byte[8]), end),
                "settings-h2" => FramesAsync(connection, RawHttp2.Frame(RawHttp2.Settings, 0, 0, []), end),
                "windows-h2" => FramesAsync(connection, RawHttp2.Frame(8, 0, 0, [0, 0, 0, 1]), end),
                _ => throw new ArgumentException(attack, nameof(attack)),
            });
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Closed by the gateway, or the end.
        }
    }

    // A field of 4,000 bytes is put into the HPACK table once and then named by one byte.
    private static async Task RequestsAsync(RawHttp2 connection, string method, string path, bool isEnd, int names)
    {
        for (var i = 0; i < Streams && !connection.Closed.IsCompleted; i++)
        {
            byte[] fields = i > 0 || names == 0 ? [.. Enumerable.Repeat((byte)0xBE, names)] : [.. RawHttp2.Indexed("x-a", new string('a', 4000)), .. Enumerable.Repeat((byte)0xBE, names - 1)];
            await connection.RequestAsync((2 * i) + 1, method, path, StoreGateway.PublicHost, isEnd, method == "POST" ? [.. fields, .. RawHttp2.Field("content-type", "application/x-www-form-urlencoded")] : fields);
        }
    }

    private static async Task TrailersAsync(RawHttp2 connection)
    {
        await RequestsAsync(connection, "POST", Tokens, isEnd: false, 1);
        for (var i = 0; i < Streams && !connection.Closed.IsCompleted; i++)
            await connection.SendAsync(RawHttp2.Frame(RawHttp2.Headers, RawHttp2.EndHeaders | RawHttp2.EndStream, (2 * i) + 1, [.. Enumerable.Repeat((byte)0xBE, 31)]));
    }

    private static async Task OpenBlockAsync(RawHttp2 connection)
    {
        await RequestsAsync(connection, "GET", Homepage, isEnd: true, 1);
        await connection.RequestAsync((2 * Streams) + 1, "GET", Homepage, StoreGateway.PublicHost, isEnd: true, [.. Enumerable.Repeat((byte)0xBE, 31)], flags: 0);
    }

    private static async Task FramesAsync(RawHttp2 connection, byte[] frame, CancellationToken end)
    {
        byte[] many = [.. Enumerable.Repeat(frame, 1000).SelectMany(bytes => bytes)];
        while (!end.IsCancellationRequested && !connection.Closed.IsCompleted)
            await connection.SendAsync(many).WaitAsync(end);
    }

    private static byte[] Repeat(string line, int times) => Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat($"{line}{Host}\r\n", times)));

    private static async Task WriteAsync(Socket socket, byte[] piece, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
            await socket.SendAsync(piece, end);
    }

    private static async Task PipelineAsync(Socket socket, byte[] piece, CancellationToken end)
    {
        var writing = WriteAsync(socket, piece, end);
        var buffer = new byte[64 * 1024];
        while (await socket.ReceiveAsync(buffer, end) > 0)
        {
            // Answers are read and forgotten.
        }

        await writing;
    }

    private T Hold<T>(T held)
        where T : IDisposable
    {
        lock (_held)
            _held.Add(held);
        return held;
    }
}
