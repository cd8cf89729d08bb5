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
    /// Counts received bytes until the application has read them or the request has ended. False
    /// when the connection must be closed.
    /// </summary>
    public bool Hold(ClientConnection connection, uint stream, int bytes)
    {
        if (!TryChange(connection, (int)stream, bytes))
        {
            return true;
        }

        if (Bytes <= _limits.StrangerBodyBytesTotal
            || _largest.TryClose(
                connection,
                Bytes,
                _limits.StrangerBodyBytesTotal,
                static client => client.BodyBytes,
                LimitTable.BodyBytesTotal))
        {
            return true;
        }

        _report.Reached(LimitTable.BodyBytesTotal);
        return false;
    }

    /// <summary>The application has read bytes and passed them on.</summary>
    public void Read(ClientConnection connection, int stream, int bytes) => TryChange(connection, stream, -bytes);

    /// <summary>A request has ended.</summary>
    public void Close(ClientConnection connection, int stream)
    {
        if (connection.Bodies is { } bodies && bodies.TryRemove(stream, out var held))
        {
            Add(connection, -held);
        }
    }

    /// <summary>The connection is no longer read.</summary>
    public void CloseAll(ClientConnection connection)
    {
        foreach (var stream in connection.Bodies?.Keys ?? [])
        {
            Close(connection, stream);
        }
    }

    private bool TryChange(ClientConnection connection, int stream, int change)
    {
        if (connection.Bodies is not { } bodies)
        {
            return false;
        }

        while (bodies.TryGetValue(stream, out var before))
        {
            var now = Math.Max(0, before + change);
            if (bodies.TryUpdate(stream, now, before))
            {
                Add(connection, now - before);
                return true;
            }
        }

        return false;
    }

    private void Add(ClientConnection connection, int change)
    {
        Interlocked.Add(ref _bytes, change);
        connection.AddBodyBytes(change);
    }
}
