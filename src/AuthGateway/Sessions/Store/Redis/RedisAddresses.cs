using System.Net;
using System.Net.Sockets;
using AuthGateway.Outgoing;
using StackExchange.Redis.Configuration;

namespace AuthGateway.Sessions.Store.Redis;

/// <summary>
/// Chooses the address of a Redis name before the client library connects (RFC 8305). A name with one address costs nothing; of several the one that takes a
/// trial connection first is used.
/// </summary>
internal sealed class RedisAddresses(Connector connector, TimeSpan limit) : Tunnel
{
    private volatile ConnectFailedException? _lastFailure;

    /// <summary>Why the last choice failed: the addresses that were tried.</summary>
    public string? LastFailure => _lastFailure?.Message;

    public override async ValueTask<EndPoint?> GetSocketConnectEndpointAsync(EndPoint endpoint, CancellationToken cancellationToken)
    {
        if (endpoint is not DnsEndPoint name)
        {
            return endpoint;
        }

        try
        {
            using var trial = await connector.ConnectAsync(name.Host, name.Port, limit, cancellationToken);
            _lastFailure = null;
            return trial.RemoteEndPoint ?? endpoint;
        }
        catch (ConnectFailedException e)
        {
            // The library fails at the same name in its own way, and tries again in its own time.
            _lastFailure = e;
            return endpoint;
        }
    }
}
