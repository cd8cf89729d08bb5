using System.Net;
using System.Net.Sockets;

namespace AuthGateway.SystemTests.Parts;

/// <summary>The one address of all replicas: each connection goes to the replica that is chosen now.</summary>
internal sealed class Balancer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public Balancer()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Port of the replica.</summary>
    public int Target { get; set; }

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = RelayAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task RelayAsync(TcpClient near)
    {
        using var far = new TcpClient();
        using (near)
        {
            try
            {
                await far.ConnectAsync(IPAddress.Loopback, Target);
                await Task.WhenAny(near.GetStream().CopyToAsync(far.GetStream()), far.GetStream().CopyToAsync(near.GetStream()));
            }
            catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException)
            {
                // One side is gone.
            }
        }
    }
}
