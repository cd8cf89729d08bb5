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
    private readonly ConcurrentDictionary<OpenConnection, byte> _open = new();
    private readonly ConcurrentDictionary<OpenConnection, byte> _probes = new();
    private readonly ProcessLimits _limits;
    private readonly LimitReport _report;
    private long _number;
    private int _count;
    private int _probeCount;

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

        if (Interlocked.Increment(ref _count) > _limits.Connections && !TryCloseOldest())
        {
            Interlocked.Decrement(ref _count);
            _report.Reached(LimitTable.Connections);
            connection.Abort("No place for another connection.");
            return Task.CompletedTask;
        }

        return ServeAsync(connection, transport, next);
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
        }
    }

    private async Task HoldProbeAsync(OpenConnection connection, ConnectionContext transport, ConnectionDelegate next)
    {
        if (Interlocked.Increment(ref _probeCount) > _limits.Probes
            && _probes.Keys.Where(other => !other.IsClosing)
                .OrderBy(other => other.Client.Requests)
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
    private bool TryCloseOldest()
    {
        var strangers = Served.Where(other => !other.Client.HasShownIdentity && !other.IsClosing)
            .OrderBy(other => other.Client.Requests > 0 || other.IsNew)
            .ThenBy(other => other.Client.Listener == ListenerKind.ExtAuthz)
            .ThenBy(other => other.Number)
            .Take(Math.Max(1, _limits.Connections / 64))
            .ToList();
        strangers.ForEach(stranger => stranger.Abort("The place is needed for another connection."));
        if (strangers.Count > 0)
        {
            _report.Reached(LimitTable.Connections, strangers.Count);
        }

        // Connections that are already closing count too.
        return strangers.Count > 0 || Served.Any(other => other.IsClosing);
    }
}
