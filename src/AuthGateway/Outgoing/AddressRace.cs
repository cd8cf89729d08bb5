using System.Net;
using System.Net.Sockets;

namespace AuthGateway.Outgoing;

/// <summary>
/// Connects to the first of several addresses that accepts the connection (RFC 8305 §5).
/// </summary>
internal sealed class AddressRace(string host, int port, TimeSpan limit)
{
    private readonly List<ConnectAttempt> _failed = [];
    private readonly List<Task<ConnectAttempt>> _running = [];
    private readonly List<Socket> _sockets = [];

    /// <param name="addresses">Addresses in the order of the attempts.</param>
    /// <param name="limited">Cancelled by the caller or at the time limit.</param>
    /// <param name="cancellationToken">Cancelled by the caller.</param>
    /// <exception cref="ConnectFailedException">No address accepted the connection.</exception>
    public async Task<Socket> RunAsync(
        IReadOnlyList<IPAddress> addresses, CancellationToken limited, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limited);
        Socket? winner = null;
        try
        {
            var next = 0;
            while (next < addresses.Count || _running.Count > 0)
            {
                if (next < addresses.Count && !limited.IsCancellationRequested)
                {
                    _running.Add(TryAsync(addresses[next++], stop.Token));
                }

                if ((winner = await FirstAsync(next < addresses.Count, stop.Token)) is not null)
                {
                    return winner;
                }

                if (limited.IsCancellationRequested && _running.Count == 0)
                {
                    break;
                }
            }
        }
        finally
        {
            await stop.CancelAsync();
            foreach (var other in _sockets.Where(socket => socket != winner))
            {
                other.Dispose();
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        throw new ConnectFailedException(
            host, port, _failed, _failed.Count > 0 ? _failed[^1].Error : SocketError.TimedOut, limit);
    }

    // Null when no attempt has connected yet and the next address is due, or when an attempt
    // failed.
    private async Task<Socket?> FirstAsync(bool hasMore, CancellationToken stop)
    {
        using var pause = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var turn = hasMore
            ? Task.Delay(Connector.NextAttemptAfter, pause.Token)
            : Task.Delay(Timeout.Infinite, pause.Token);
        var ended = await Task.WhenAny([.. _running, turn]);
        await pause.CancelAsync();
        if (ended is not Task<ConnectAttempt> attempt)
        {
            // The time limit is reached: the attempts end with it and report their errors.
            return stop.IsCancellationRequested ? await LastAsync() : null;
        }

        _running.Remove(attempt);
        var result = await attempt;
        if (result.Socket is null)
        {
            _failed.Add(result);
        }

        return result.Socket;
    }

    private async Task<Socket?> LastAsync()
    {
        var results = await Task.WhenAll(_running);
        _running.Clear();
        _failed.AddRange(results.Where(result => result.Socket is null));
        return results.Select(result => result.Socket).FirstOrDefault(socket => socket is not null);
    }

    private async Task<ConnectAttempt> TryAsync(IPAddress address, CancellationToken cancellationToken)
    {
        try
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            _sockets.Add(socket);
            await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken);
            return new(address, socket, SocketError.Success);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            return new(address, null, e is SocketException failure ? failure.SocketErrorCode : SocketError.TimedOut);
        }
    }
}
