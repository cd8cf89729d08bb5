using System.Collections.Concurrent;
using AuthGateway.Http;
using AuthGateway.Observability;
using Microsoft.AspNetCore.Connections;

namespace AuthGateway.Limits.Connections;

/// <summary>
/// Holds all open client connections. At <c>CONNECTIONS_MAX</c> the oldest idle strangers are
/// closed for a new connection; connections that have shown a session stay open. The probe and
/// metrics ports have a separate limit.
/// </summary>
internal sealed class ConnectionTable
{
    /// <summary>
    /// Milliseconds after which a connection that was closed for another no longer counts as ending.
    /// </summary>
    private const long EndsWithin = 1000;

    private readonly ConcurrentDictionary<OpenConnection, byte> _open = new();
    private readonly ConcurrentDictionary<OpenConnection, byte> _probes = new();
    private readonly Lock _replacing = new();
    private readonly ProcessLimits _limits;
    private readonly LimitReport _report;
    private long _number;
    private int _count;
    private int _probeCount;
    private int _ending;
    private long _lastClosed;

    public ConnectionTable(ProcessLimits limits, LimitReport report, GatewayMetrics metrics)
    {
        _limits = limits;
        _report = report;
        metrics.Watch(
            "authgateway.connections.open", "Client connections that are open.", () => Volatile.Read(ref _count));
        metrics.Watch(
            "authgateway.connections.strangers",
            "Those of them that have shown no session.",
            () => Served.Count(connection => !connection.Client.HasShownIdentity));
        metrics.Watch(
            "authgateway.requests.open",
            "Requests under way: while the gateway drains, what it still waits for.",
            () => Served.Sum(connection => connection.Client.Requests));
    }

    /// <summary>Open client connections, without those of the probe and metrics ports.</summary>
    public IEnumerable<OpenConnection> Served => _open.Select(pair => pair.Key);

    /// <summary>Open connections of the probe and metrics ports.</summary>
    public IEnumerable<OpenConnection> Probes => _probes.Select(pair => pair.Key);

    /// <summary>
    /// Serves a connection and holds it meanwhile; above the limit it is closed at once.
    /// </summary>
    public Task HoldAsync(ConnectionContext transport, ClientConnection client, ConnectionDelegate next)
    {
        var connection = new OpenConnection(client, transport, Interlocked.Increment(ref _number));
        if (client.Listener is ListenerKind.Probe or ListenerKind.Metrics)
        {
            return HoldProbeAsync(connection, transport, next);
        }

        return Interlocked.Increment(ref _count) <= _limits.Connections
            ? ServeAsync(connection, transport, next)
            : ReplaceAsync(connection, transport, next);
    }

    /// <summary>
    /// Closes the oldest idle strangers while there are more connections than the limit and too few
    /// of them are ending. Returns false when nobody can be closed: all others have shown a session.
    /// </summary>
    public bool TryMakeRoom()
    {
        lock (_replacing)
        {
            var isLate = _ending > 0 && Environment.TickCount64 - _lastClosed > EndsWithin;
            var excess = Volatile.Read(ref _count) - _limits.Connections;
            if (excess <= 0 || (excess <= _ending && !isLate))
            {
                return true;
            }

            CloseOldest();
            return _ending > 0 || Served.Any(other => other.IsAborted);
        }
    }

    // What earlier connections have sent is read first, so that none of them is closed as idle
    // because the thread pool was late.
    private async Task ReplaceAsync(OpenConnection connection, ConnectionContext transport, ConnectionDelegate next)
    {
        await PoolTurn.TakeAsync();
        if (TryMakeRoom())
        {
            await ServeAsync(connection, transport, next);
            return;
        }

        Interlocked.Decrement(ref _count);
        _report.Reached(LimitTable.Connections);
        connection.Abort("No place for another connection.");
    }

    private async Task ServeAsync(OpenConnection connection, ConnectionContext transport, ConnectionDelegate next)
    {
        _open[connection] = 0;
        try
        {
            await next(transport);
        }
        finally
        {
            _open.TryRemove(connection, out _);
            Interlocked.Decrement(ref _count);
            End(connection);
        }
    }

    private void End(OpenConnection connection)
    {
        lock (_replacing)
        {
            _ending -= connection.IsReplaced ? 1 : 0;
            connection.HasEnded = true;
        }
    }

    private async Task HoldProbeAsync(OpenConnection connection, ConnectionContext transport, ConnectionDelegate next)
    {
        if (Interlocked.Increment(ref _probeCount) > _limits.Probes
            && Probes.Where(other => !other.IsAborted)
                .OrderBy(other => other.IsNew)
                .ThenBy(other => other.Client.Requests)
                .ThenBy(other => other.Number)
                .FirstOrDefault() is { } oldest)
        {
            _report.Reached(LimitTable.Probes);
            oldest.Abort("The place is needed.");
        }

        _probes[connection] = 0;
        try
        {
            await next(transport);
        }
        finally
        {
            _probes.TryRemove(connection, out _);
            Interlocked.Decrement(ref _probeCount);
        }
    }

    // Closes several at once, so that a flood costs one walk for many connections.
    private void CloseOldest()
    {
        var strangers = Served
            .Where(other => !other.Client.HasShownIdentity && !other.IsAborted && !other.HasEnded)
            .OrderBy(other => other.Client.Requests > 0 || other.IsNew)
            .ThenBy(other => other.Client.Listener == ListenerKind.ExtAuthz)
            .ThenBy(other => other.Number)
            .Take(Math.Max(1, _limits.Connections / 64))
            .ToList();
        _ending += strangers.Count;
        _lastClosed = Environment.TickCount64;
        foreach (var stranger in strangers)
        {
            stranger.IsReplaced = true;
            stranger.Abort("The place is needed for another connection.");
        }

        if (strangers.Count > 0)
        {
            _report.Reached(LimitTable.Connections, strangers.Count);
        }
    }
}
