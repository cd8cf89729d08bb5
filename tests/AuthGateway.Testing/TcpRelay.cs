using System.Net;
using System.Net.Sockets;

namespace AuthGateway.Testing;

/// <summary>
/// A port of 127.0.0.1 alone that hands bytes on to another port of this machine. Its connections can be cut, as a network does that loses its state.
/// </summary>
internal sealed class TcpRelay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly HashSet<Socket> _open = [];
    private bool _isCut;
    private long _lastBytes;

    public TcpRelay(int target = 0)
    {
        Target = target;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Where the next connections lead.</summary>
    public int Target { get; set; }

    /// <summary>What is open breaks off; what comes is closed at once, until <see cref="Join"/>.</summary>
    public void Cut()
    {
        lock (_open)
        {
            _isCut = true;
            BreakOff();
        }
    }

    public void Join()
    {
        lock (_open)
        {
            _isCut = false;
        }
    }

    /// <summary>Breaks off what is open in a pause of the traffic: what one side has sent, the other has.</summary>
    public async Task CutInAPauseAsync()
    {
        for (var tries = 0; tries < 400 && Environment.TickCount64 - Interlocked.Read(ref _lastBytes) is < 35 or > 60; tries++)
        {
            await Task.Delay(5);
        }

        lock (_open)
        {
            BreakOff();
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        Cut();
    }

    private void BreakOff()
    {
        foreach (var socket in _open)
        {
            socket.Dispose();
        }

        _open.Clear();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = RelayAsync(await _listener.AcceptSocketAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task RelayAsync(Socket near)
    {
        using var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var owned = near;
        lock (_open)
        {
            if (_isCut)
            {
                return;
            }

            _open.UnionWith([near, far]);
        }

        try
        {
            await far.ConnectAsync(IPAddress.Loopback, Target);
            await Task.WhenAny(CopyAsync(near, far), CopyAsync(far, near));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Nothing listens there, or it was cut.
        }

        lock (_open)
        {
            _open.ExceptWith([near, far]);
        }
    }

    private async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var count)
            {
                for (var sent = 0; sent < count;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
                }

                Interlocked.Exchange(ref _lastBytes, Environment.TickCount64);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // One side is closed, or it was cut.
        }
    }
}
