using System.Collections.Concurrent;
using AuthGateway.Http;
using AuthGateway.Observability;

namespace AuthGateway.Limits.Http2;

/// <summary>
/// Limits the body bytes of all strangers' HTTP/2 requests that the server holds. The server takes
/// up to 1 MiB of each connection ahead of the application, which a client keeps there by not
/// reading its answers.
/// </summary>
internal sealed class StrangerBodies
{
    private static readonly TimeSpan FullTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private readonly ProcessLimits _limits;
    private readonly LimitReport _report;
    private readonly LargestStranger _largest;
    private long _bytes;

    public StrangerBodies(ProcessLimits limits, LimitReport report, LargestStranger largest, GatewayMetrics metrics)
    {
        _limits = limits;
        _report = report;
        _largest = largest;
        metrics.Watch(
            "authgateway.strangers.body_bytes",
            "Body bytes of HTTP/2 requests that are held for connections that have shown no session.",
            () => Bytes);
    }

    /// <summary>Body bytes held for all strangers.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>A request with a body begins; <see cref="Close"/> follows.</summary>
    public void Open(ClientConnection connection, uint stream) =>
        (connection.Bodies ??= new ConcurrentDictionary<int, int>()).TryAdd((int)stream, 0);

    /// <summary>
    /// Counts bytes, before the server sees them, until the application has read them or the request
    /// has ended. At the limit it waits for the largest connection to be closed. False when this
    /// connection must be closed.
    /// </summary>
    public ValueTask<bool> HoldAsync(
        ClientConnection connection, uint stream, int bytes, CancellationToken cancellationToken)
    {
        if (connection.Bodies?.ContainsKey((int)stream) != true)
        {
            return new(true);
        }

        if (Bytes + bytes > _limits.StrangerBodyBytesTotal)
        {
            return HoldLaterAsync(connection, (int)stream, bytes, cancellationToken);
        }

        Change(connection, (int)stream, bytes);
        return new(true);
    }

    /// <summary>The application has read bytes and passed them on.</summary>
    public void Read(ClientConnection connection, int stream, int bytes) => Change(connection, stream, -bytes);

    /// <summary>A request has ended.</summary>
    public void Close(ClientConnection connection, int stream)
    {
        if (connection.Bodies is { } bodies && bodies.TryRemove(stream, out var held))
        {
            Add(connection, -held);
        }
    }

    /// <summary>The connection and all its requests have ended.</summary>
    public void CloseAll(ClientConnection connection)
    {
        foreach (var stream in connection.Bodies?.Keys ?? [])
        {
            Close(connection, stream);
        }
    }

    private async ValueTask<bool> HoldLaterAsync(
        ClientConnection connection, int stream, int bytes, CancellationToken cancellationToken)
    {
        var deadline = Environment.TickCount64 + (long)FullTimeout.TotalMilliseconds;
        while (!connection.HasShownIdentity && Bytes + bytes > _limits.StrangerBodyBytesTotal)
        {
            if (Environment.TickCount64 > deadline
                || !_largest.TryClose(
                    connection,
                    Bytes + bytes,
                    _limits.StrangerBodyBytesTotal,
                    static client => client.BodyBytes,
                    LimitTable.BodyBytesTotal))
            {
                _report.Reached(LimitTable.BodyBytesTotal);
                return false;
            }

            await Task.Delay(Pause, cancellationToken);
        }

        Change(connection, stream, bytes);
        return true;
    }

    private void Change(ClientConnection connection, int stream, int change)
    {
        while (connection.Bodies is { } bodies && bodies.TryGetValue(stream, out var before))
        {
            var now = Math.Max(0, before + change);
            if (bodies.TryUpdate(stream, now, before))
            {
                Add(connection, now - before);
                return;
            }
        }
    }

    private void Add(ClientConnection connection, int change)
    {
        Interlocked.Add(ref _bytes, change);
        connection.AddBodyBytes(change);
    }
}
