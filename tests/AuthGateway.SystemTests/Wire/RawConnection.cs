using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AuthGateway.SystemTests.Wire;

/// <summary>One TCP connection spoken to byte by byte.</summary>
internal sealed class RawConnection : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private readonly Socket _socket;
    private readonly NetworkStream _stream;

    public RawConnection(Socket socket)
    {
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
    }

    public static async Task<RawConnection> OpenAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return new RawConnection(socket);
    }

    public async Task WriteAsync(string latin1) => await _stream.WriteAsync(Encoding.Latin1.GetBytes(latin1));

    /// <summary>Up to and with the empty line; <c>null</c> when the peer closes first.</summary>
    /// <param name="patience"><c>null</c>: as long as it takes (a server that waits for the next request).</param>
    public async Task<RawHead?> ReadHeadAsync(TimeSpan? patience = null)
    {
        using var deadline = new CancellationTokenSource(patience ?? Timeout.InfiniteTimeSpan);
        var head = new StringBuilder();
        var one = new byte[1];
        while (await _stream.ReadAsync(one, deadline.Token) > 0)
        {
            head.Append((char)one[0]);
            if (one[0] == '\n' && head.Length > 4 && head.ToString(head.Length - 4, 4) == "\r\n\r\n")
                return new RawHead(head.ToString());
        }

        return null;
    }

    /// <summary>Head and body (by length, by chunks or to the end) of one answer.</summary>
    public async Task<(RawHead Head, string Body)> ReadAnswerAsync()
    {
        var head = await ReadHeadAsync(Patience) ?? throw new IOException("The connection was closed without an answer.");
        if (head.Status is 101 or 204 or 304)
            return (head, "");
        using var deadline = new CancellationTokenSource(Patience);
        if (head.Value("Content-Length") is { } length)
            return (head, await ExactlyAsync(int.Parse(length, CultureInfo.InvariantCulture), deadline.Token));
        return (head, head.Value("Transfer-Encoding") is null ? await ToEndAsync(deadline.Token) : await ChunksAsync(deadline.Token));
    }

    public async Task<string> ExactlyAsync(int count, CancellationToken cancellationToken)
    {
        var bytes = new byte[count];
        await _stream.ReadExactlyAsync(bytes, cancellationToken);
        return Encoding.Latin1.GetString(bytes);
    }

    public void Dispose()
    {
        _stream.Dispose();
        _socket.Dispose();
    }

    private async Task<string> ToEndAsync(CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(_stream, Encoding.Latin1, leaveOpen: true);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    private async Task<string> ChunksAsync(CancellationToken cancellationToken)
    {
        var body = new StringBuilder();
        while (true)
        {
            var line = new StringBuilder();
            while (!line.ToString().EndsWith("\r\n", StringComparison.Ordinal))
                line.Append(await ExactlyAsync(1, cancellationToken));
            var size = int.Parse(line.ToString().Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var chunk = await ExactlyAsync(size + 2, cancellationToken);
            if (size == 0)
                return body.ToString();
            body.Append(chunk.AsSpan(0, size));
        }
    }
}
