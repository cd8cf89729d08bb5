using System.Collections.Concurrent;
using AuthGateway.Model;
using AuthGateway.Observability;
using Microsoft.AspNetCore.Connections;

namespace AuthGateway.Limits;

/// <summary>Every client connection that is open: who holds it, and how many requests run on it.</summary>
internal sealed class ConnectionTable
{
    private readonly ConcurrentDictionary<OpenConnection, byte> _open = new();

    public ConnectionTable(GatewayMetrics metrics)
    {
        metrics.Watch("authgateway.connections.open", "Client connections that are open.", () => _open.Count);
        metrics.Watch("authgateway.requests.open", "Requests under way: while the gateway drains, what it still waits for.", () => Requests);
    }

    /// <summary>Without those of the probe and metrics ports.</summary>
    public int Requests => Served.Sum(connection => connection.Client.Requests);

    /// <summary>Connections of clients, without those of the probe and metrics ports.</summary>
    public IEnumerable<OpenConnection> Served => _open.Select(pair => pair.Key).Where(connection => connection.Client.Listener is not (ListenerKind.Probe or ListenerKind.Metrics));

    /// <summary>Holds the connection while it is served.</summary>
    public async Task HoldAsync(ConnectionContext transport, ClientConnection client, ConnectionDelegate next)
    {
        var connection = new OpenConnection(client, transport);
        _open[connection] = 0;
        try
        {
            await next(transport);
        }
        finally
        {
            _open.TryRemove(connection, out _);
        }
    }
}
