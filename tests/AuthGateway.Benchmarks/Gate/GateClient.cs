using System.Net.Sockets;
using System.Text;
using AuthGateway.Benchmarks.Harness;

namespace AuthGateway.Benchmarks.Gate;

/// <summary>One connection that sends the same request again and again.</summary>
internal sealed class GateClient : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _request;
    private readonly byte[] _buffer = new byte[64 * 1024];

    /// <param name="target">Where to, and as whom.</param>
    /// <param name="extra">Further header lines, each with its line end.</param>
    public GateClient(Target target, string extra = "")
    {
        _request = Encoding.ASCII.GetBytes(
            $"GET / HTTP/1.1\r\nHost: {target.Address.Authority}\r\nCookie: {target.Cookie}\r\n{extra}\r\n");
        _socket.Connect(target.Address.Host, target.Address.Port);
    }

    /// <returns>The bytes of the answer, its head included.</returns>
    public int Send()
    {
        _socket.Send(_request);
        var filled = 0;
        while (_socket.Receive(_buffer.AsSpan(filled)) is var read and > 0)
        {
            filled += read;
            var text = _buffer.AsSpan(0, filled);
            if (text.IndexOf("\r\n\r\n"u8) is var end and >= 0 && filled >= end + 4 + BodyLength(text[..end]))
            {
                return text.StartsWith("HTTP/1.1 200 "u8)
                    ? filled
                    : throw new InvalidOperationException($"Not 200: {Encoding.ASCII.GetString(text)}");
            }
        }

        throw new InvalidOperationException("The connection ended before the answer.");
    }

    public void Send(int times)
    {
        for (var i = 0; i < times; i++)
        {
            Send();
        }
    }

    public void Dispose() => _socket.Dispose();

    private static int BodyLength(ReadOnlySpan<byte> head)
    {
        var at = head.IndexOf("Content-Length: "u8);
        return at < 0 || !System.Buffers.Text.Utf8Parser.TryParse(head[(at + 16)..], out int length, out _) ? 0 : length;
    }
}
