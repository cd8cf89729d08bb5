using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AuthGateway.Testing;

/// <summary>Byte-exact HTTP/1.1 over one socket: what is given is what goes on the wire, as Latin-1.</summary>
internal sealed class RawClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly Socket _socket;
    private readonly NetworkStream _stream;

    private RawClient(Socket socket)
    {
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
        Reader = new HttpReader(_stream);
    }

    public HttpReader Reader { get; }

    /// <param name="from">Loopback alias to play another peer (127.0.0.2).</param>
    public static async Task<RawClient> ConnectAsync(Uri address, string? from = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (from is not null)
        {
            socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        }

        await socket.ConnectAsync(IPAddress.Loopback, address.Port);
        return new RawClient(socket);
    }

    /// <summary>One request on its own connection, its one answer.</summary>
    public static async Task<RawResponse> OnceAsync(Uri address, string request, string? from = null)
    {
        using var client = await ConnectAsync(address, from);
        await client.SendAsync(request);
        return await client.ReadAsync(request.StartsWith("HEAD ", StringComparison.Ordinal)) ?? throw new IOException("Closed without an answer.");
    }

    public async Task SendAsync(string latin1) => await _stream.WriteAsync(Encoding.Latin1.GetBytes(latin1));

    public async Task SendAsync(byte[] bytes) => await _stream.WriteAsync(bytes);

    /// <summary>The next final answer; <c>null</c> when the peer closed instead.</summary>
    public async Task<RawResponse?> ReadAsync(bool isHead = false) => await ReadCoreAsync(isHead).WaitAsync(Patience);

    /// <summary>Every answer until the peer closes or stays silent for <paramref name="silence"/>.</summary>
    public async Task<IReadOnlyList<RawResponse>> ReadAllAsync(TimeSpan silence)
    {
        var answers = new List<RawResponse>();
        try
        {
            while (await ReadCoreAsync(false).WaitAsync(answers.Count == 0 ? Patience : silence) is { } answer)
            {
                answers.Add(answer);
            }
        }
        catch (TimeoutException)
        {
            // Silence is the end.
        }

        return answers;
    }

    /// <summary>True when the peer has closed, or does so within a few seconds; what it sends before is thrown away.</summary>
    public async Task<bool> IsClosedAsync()
    {
        try
        {
            while ((await Reader.SomeAsync().WaitAsync(TimeSpan.FromSeconds(8))).Length > 0)
            {
                // Not yet.
            }

            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>True when the peer's side ends in order (FIN); false for a reset, or when it stays open.</summary>
    public async Task<bool> IsEndedCleanlyAsync()
    {
        try
        {
            var buffer = new byte[256];
            while (await _stream.ReadAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(8)) > 0)
            {
                // Not yet.
            }

            return true;
        }
        catch (Exception e) when (e is IOException or TimeoutException)
        {
            return false;
        }
    }

    public void EndSending() => _socket.Shutdown(SocketShutdown.Send);

    public void Dispose() => _stream.Dispose();

    private async Task<RawResponse?> ReadCoreAsync(bool isHead)
    {
        while (await Reader.LineAsync() is { } statusLine)
        {
            var status = int.Parse(statusLine.AsSpan(9, 3), CultureInfo.InvariantCulture);
            if (await Reader.LinesAsync() is not { } lines)
            {
                return null;
            }

            if (status is >= 200 or 101)
            {
                var headers = lines.Select(Split).ToList();
                return new RawResponse(status, headers, await BodyAsync(status, headers, isHead));
            }
        }

        return null;
    }

    private async Task<byte[]> BodyAsync(int status, List<KeyValuePair<string, string>> headers, bool isHead)
    {
        string? Value(string name) => headers.Find(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
        if (isHead || status is 101 or 204 or 304)
        {
            return [];
        }

        if (Value("Transfer-Encoding") is not null)
        {
            return (await Reader.ChunkedAsync() ?? throw new IOException("The body broke off.")).Body;
        }

        return Value("Content-Length") is { } length
            ? await Reader.ExactAsync(long.Parse(length, CultureInfo.InvariantCulture)) ?? throw new IOException("The body broke off.")
            : await Reader.ToEndAsync();
    }

    private static KeyValuePair<string, string> Split(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        return new(line[..colon], line[(colon + 1)..].Trim());
    }
}
