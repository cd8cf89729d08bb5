using System.Net;
using System.Net.Sockets;

namespace AuthGateway.Testing;

/// <summary>An address of loopback that answers no connection: a listener whose queue is full, so that the system drops what comes.</summary>
internal sealed class DeadAddress : IDisposable
{
    public static readonly IPAddress Address = IPAddress.Parse("127.0.0.9");
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _queued = [];

    private DeadAddress()
    {
    }

    public static async Task<DeadAddress> StartAsync(int port, IPAddress? address = null)
    {
        var dead = new DeadAddress();
        dead._listener.Bind(new IPEndPoint(address ?? Address, port));
        dead._listener.Listen(0);
        for (var i = 0; i < 8; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            dead._queued.Add(socket);
            using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address ?? Address, port), limit.Token);
            }
            catch (OperationCanceledException)
            {
                return dead;
            }
        }

        throw new InvalidOperationException("The queue did not fill.");
    }

    public void Dispose()
    {
        _listener.Dispose();
        _queued.ForEach(socket => socket.Dispose());
    }
}
