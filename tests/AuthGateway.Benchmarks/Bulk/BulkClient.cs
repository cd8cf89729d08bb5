using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace AuthGateway.Benchmarks.Bulk;

/// <summary><c>bulk-client ADDRESS down|up|up-chunked COOKIE</c>: one transfer over one connection; prints its seconds.</summary>
internal static class BulkClient
{
    private static readonly byte[] Block = new byte[64 * 1024];

    public static int Run(IReadOnlyList<string> arguments)
    {
        var address = new Uri(arguments[0]);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(address.Host, address.Port);
        var begin = Stopwatch.GetTimestamp();
        socket.Send(Encoding.ASCII.GetBytes(Head(address, arguments[1], arguments[2])));
        if (arguments[1] != "down")
        {
            SendBody(socket, isChunked: arguments[1] == "up-chunked");
        }

        var (head, length) = ReadAnswer(socket);
        var expected = arguments[1] == "down" ? BulkRun.Length : BulkRun.Length.ToString(CultureInfo.InvariantCulture).Length;
        if (!head.StartsWith("HTTP/1.1 200", StringComparison.Ordinal) || length != expected)
        {
            throw new InvalidOperationException($"{length} bytes instead of {expected} after: {head}");
        }

        Console.WriteLine(Stopwatch.GetElapsedTime(begin).TotalSeconds.ToString("R", CultureInfo.InvariantCulture));
        return 0;
    }

    private static string Head(Uri address, string way, string cookie)
    {
        var body = way switch
        {
            "down" => "",
            "up" => $"Content-Length: {BulkRun.Length}\r\n",
            "up-chunked" => "Transfer-Encoding: chunked\r\n",
            _ => throw new ArgumentException($"Unknown way '{way}'."),
        };
        var method = way == "down" ? "GET" : "POST";
        return $"{method} /bulk/{BulkRun.Length} HTTP/1.1\r\nHost: {address.Authority}\r\nCookie: {cookie}\r\nConnection: close\r\n{body}\r\n";
    }

    private static void SendBody(Socket socket, bool isChunked)
    {
        for (var rest = BulkRun.Length; rest > 0; rest -= Block.Length)
        {
            if (isChunked)
            {
                socket.Send("10000\r\n"u8);
            }

            socket.Send(Block);
            if (isChunked)
            {
                socket.Send("\r\n"u8);
            }
        }

        if (isChunked)
        {
            socket.Send("0\r\n\r\n"u8);
        }
    }

    private static (string Head, long BodyLength) ReadAnswer(Socket socket)
    {
        var buffer = new byte[256 * 1024];
        var (head, total, end) = ("", 0L, -1L);
        while (socket.Receive(buffer) is var read and > 0)
        {
            if (end < 0)
            {
                head += Encoding.ASCII.GetString(buffer, 0, Math.Min(read, 8192));
                end = head.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            }

            total += read;
        }

        return (head, total - end - 4);
    }
}
