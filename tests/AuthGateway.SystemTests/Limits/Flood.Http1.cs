using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace AuthGateway.SystemTests.Limits;

/// <summary>The attacks over HTTP/1.1 and below it.</summary>
internal sealed partial class Flood
{
    /// <summary>The first bytes of a TLS handshake that goes no further.</summary>
    private static readonly byte[] HalfHello = [0x16, 0x03, 0x01, 0x02, 0x00, 0x01];

    /// <summary>12,000 cookies in 60 kB.</summary>
    private static readonly string Cookies = "Cookie: " + string.Concat(Enumerable.Repeat("a=b; ", 11_900)) + "a=b\r\n";

    /// <summary>A token of 46 kB with 3,200 claims and a signature of nobody.</summary>
    private static readonly string Bearer = "Authorization: Bearer " + Base64("{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"1\"}") + "."
        + Base64("{" + string.Join(",", Enumerable.Range(0, 3200).Select(i => $"\"c{i}\":\"x\"")) + "}") + "." + new string('A', 342) + "\r\n";

    private static readonly string Parameters = "/authservice/login?" + string.Join("&", Enumerable.Range(0, 9700).Select(i => $"a{i % 10}=b"));

    private async Task BytesAsync(string attack, CancellationToken end)
    {
        try
        {
            if (attack is "connects" or "requests" or "handshakes")
            {
                while (!end.IsCancellationRequested)
                    await ShortAsync(attack, end);
                return;
            }

            var socket = Hold(await ConnectAsync(end));
            await (attack switch
            {
                "silent" => Task.CompletedTask,
                "half-tls" => socket.SendAsync(HalfHello, end).AsTask(),
                "unread" => WriteAsync(socket, Repeat("GET /app HTTP/1.1\r\n", 200), end),
                "unfinished" => socket.SendAsync(Encoding.ASCII.GetBytes($"POST /public/x HTTP/1.1\r\n{Host}Content-Length: 100\r\n\r\nabc"), end).AsTask(),
                "slow-body" => SlowBodyAsync(socket, end),
                "slow-read" => socket.SendAsync(Encoding.ASCII.GetBytes($"GET /public/big HTTP/1.1\r\n{Host}\r\n"), end).AsTask(),
                "chunks" => ChunksAsync(socket, end),
                "callback" => CallbackAsync(socket, end),
                "par" => PipelineAsync(socket, Repeat("GET /authservice/login HTTP/1.1\r\n", 100), end),
                "visits" => PipelineAsync(socket, Repeat("GET /app HTTP/1.1\r\nAccept: text/html\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n", 200), end),
                "cookies" => PipelineAsync(socket, Repeat("GET /app HTTP/1.1\r\n" + Cookies, 2), end),
                "bearers" => PipelineAsync(socket, Repeat("GET /app HTTP/1.1\r\n" + Bearer, 2), end),
                "parameters" => PipelineAsync(socket, Repeat($"GET {Parameters} HTTP/1.1\r\n", 2), end),
                _ => PipelineAsync(socket, Repeat("GET /app HTTP/1.1\r\n", 500), end),
            });
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Closed by the gateway, or the end.
        }
    }

    private async Task<Socket> ConnectAsync(CancellationToken end)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), end);
        return socket;
    }

    // A connection for each: closed at once, after one answer, or after a whole TLS handshake.
    private async Task ShortAsync(string attack, CancellationToken end)
    {
        try
        {
            using var socket = await ConnectAsync(end);
            socket.LingerState = new LingerOption(true, 0);
            if (attack == "requests")
            {
                await socket.SendAsync(Repeat("GET /app HTTP/1.1\r\n", 1), end);
                await socket.ReceiveAsync(new byte[2048], end);
            }
            else if (attack == "handshakes")
            {
                using var secure = new SslStream(new NetworkStream(socket));
                await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", RemoteCertificateValidationCallback = (_, _, _, _) => true }, end);
            }
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // The next one.
        }
    }

    private static async Task SlowBodyAsync(Socket socket, CancellationToken end)
    {
        await socket.SendAsync(Encoding.ASCII.GetBytes($"POST {Tokens} HTTP/1.1\r\n{Host}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 2000\r\n\r\n"), end);
        while (!end.IsCancellationRequested)
        {
            await socket.SendAsync("a"u8.ToArray(), end);
            await Task.Delay(TimeSpan.FromSeconds(1), end);
        }
    }

    private static async Task ChunksAsync(Socket socket, CancellationToken end)
    {
        await socket.SendAsync(Encoding.ASCII.GetBytes($"POST /public/x HTTP/1.1\r\n{Host}Transfer-Encoding: chunked\r\n\r\n"), end);
        await WriteAsync(socket, [.. Enumerable.Repeat("1\r\na\r\n"u8.ToArray(), 500).SelectMany(bytes => bytes)], end);
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

    private static byte[] Repeat(string line, int times) => Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat($"{line}{Host}\r\n", times)));

    private static string Base64(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

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
}
