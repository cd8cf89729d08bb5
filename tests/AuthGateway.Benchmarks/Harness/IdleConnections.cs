using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AuthGateway.Benchmarks.Harness;

/// <summary>Connections to a target that each sent one request of a session, got its answer and stay open.</summary>
internal sealed class IdleConnections : IAsyncDisposable
{
    private static readonly byte[] Good = Encoding.ASCII.GetBytes("HTTP/1.1 200 ");
    private readonly List<Socket> _sockets = [];

    private IdleConnections()
    {
    }

    public static async Task<IdleConnections> OpenAsync(Target target, int count)
    {
        var idle = new IdleConnections();
        var request = Encoding.ASCII.GetBytes(
            $"GET / HTTP/1.1\r\nHost: {target.Address.Authority}\r\nCookie: {target.Cookie}\r\n\r\n");
        var answer = new byte[16 * 1024];
        for (var i = 0; i < count; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            if (await IsServedAsync(socket, target.Address.Port, request, answer))
            {
                idle._sockets.Add(socket);
            }
            else
            {
                socket.Dispose();
            }
        }

        return idle;
    }

    /// <summary>How many were answered with 200.</summary>
    public int Count => _sockets.Count;

    public ValueTask DisposeAsync()
    {
        _sockets.ForEach(socket => socket.Dispose());
        return ValueTask.CompletedTask;
    }

    private static async Task<bool> IsServedAsync(Socket socket, int port, byte[] request, byte[] answer)
    {
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            await socket.SendAsync(request);
            return answer.AsSpan(0, await socket.ReceiveAsync(answer)).StartsWith(Good);
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
