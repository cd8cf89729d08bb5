using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;

namespace AuthGateway.Benchmarks.OpenLoop;

/// <summary>Keep-alive connections that take turns; a thread of its own reads each one's answers.</summary>
internal sealed class ConnectionPool : IDisposable
{
    private readonly BlockingCollection<Connection> _idle = [];
    private readonly List<Connection> _all = [];
    private readonly byte[] _request;

    public ConnectionPool(Uri address, string cookie, int connections, LatencyLog latencies)
    {
        _request = Encoding.ASCII.GetBytes($"GET {address.PathAndQuery} HTTP/1.1\r\nHost: {address.Authority}\r\nCookie: {cookie}\r\n\r\n");
        for (var i = 0; i < connections; i++)
        {
            var connection = new Connection(address);
            _all.Add(connection);
            _idle.Add(connection);
            new Thread(() => Read(connection, latencies), maxStackSize: 256 * 1024) { IsBackground = true }.Start();
        }
    }

    /// <summary>Waits for a free connection if none is.</summary>
    public void Send(long due)
    {
        var connection = _idle.Take();
        connection.Due = due;
        connection.Socket.Send(_request);
    }

    public void Dispose()
    {
        foreach (var connection in _all)
        {
            connection.Socket.Dispose();
        }
    }

    private void Read(Connection connection, LatencyLog latencies)
    {
        try
        {
            while (connection.ReadAnswer() is { } good)
            {
                latencies.Add(connection.Due, good);
                _idle.Add(connection);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The end of the run, or a broken connection: its request is missing among the answers.
        }
    }

    /// <summary>One connection and the due time of the request that is under way on it.</summary>
    private sealed class Connection
    {
        private readonly byte[] _buffer = new byte[64 * 1024];

        public Connection(Uri address)
        {
            Socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            Socket.Connect(address.Host, address.Port);
        }

        public Socket Socket { get; }

        public long Due { get; set; }

        /// <returns>Whether the answer was 2xx; <c>null</c> = the connection ended.</returns>
        public bool? ReadAnswer()
        {
            var filled = 0;
            while (Socket.Receive(_buffer.AsSpan(filled)) is var read and > 0)
            {
                filled += read;
                var text = _buffer.AsSpan(0, filled);
                if (text.IndexOf("\r\n\r\n"u8) is var end and >= 0 && filled >= end + 4 + BodyLength(text[..end]))
                {
                    return text.StartsWith("HTTP/1.1 2"u8);
                }
            }

            return null;
        }

        private static int BodyLength(ReadOnlySpan<byte> head)
        {
            var at = head.IndexOf("Content-Length: "u8);
            return at < 0 || !System.Buffers.Text.Utf8Parser.TryParse(head[(at + 16)..], out int length, out _) ? 0 : length;
        }
    }
}
