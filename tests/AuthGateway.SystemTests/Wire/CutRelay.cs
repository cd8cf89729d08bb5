using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using AuthGateway.Http;

namespace AuthGateway.SystemTests.Wire;

/// <summary>Hands bytes on to a port of this machine; all its connections can be cut at once, as a network does that loses its state.</summary>
internal sealed class CutRelay : IDisposable
{
    private readonly ConcurrentBag<Socket> _open = [];
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _target;
    private long _lastBytes;

    public CutRelay(int target)
    {
        _target = target;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Cuts in a pause of the traffic: what one side has sent, the other has.</summary>
    public async Task CutInAPauseAsync()
    {
        for (var tries = 0; tries < 400 && Environment.TickCount64 - Interlocked.Read(ref _lastBytes) is < 35 or > 60; tries++)
            await Task.Delay(5);
        Cut();
    }

    public void Dispose()
    {
        _listener.Dispose();
        Cut();
    }

    private void Cut()
    {
        while (_open.TryTake(out var socket))
            socket.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = RelayAsync(await _listener.AcceptSocketAsync());
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task RelayAsync(Socket client)
    {
        var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        _open.Add(client);
        _open.Add(server);
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _target);
            await Task.WhenAny(CopyAsync(client, server), CopyAsync(server, client));
        }
        catch (SocketException)
        {
            // Nobody listens there.
        }
        finally
        {
            client.Dispose();
            server.Dispose();
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
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
                Interlocked.Exchange(ref _lastBytes, Environment.TickCount64);
            }
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // One side is closed, or everything was cut.
        }
    }
}
