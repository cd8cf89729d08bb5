using System.Net;
using System.Net.Sockets;
using AuthGateway.Outgoing;
using StackExchange.Redis.Configuration;

namespace AuthGateway.Sessions.Store.Redis;

/// <summary>
/// Chooses the address of a Redis host name before the client library connects (RFC 8305).
/// </summary>
/// <remarks>
/// A name with one address costs nothing. Of several addresses the first that accepts a trial
/// connection is used.
/// </remarks>
internal sealed class RedisAddresses(Connector connector, TimeSpan limit) : Tunnel
{
    private volatile ConnectFailedException? _lastFailure;

    /// <summary>Why the last choice failed, with the addresses that were tried.</summary>
    public string? LastFailure => _lastFailure?.Message;

    public override async ValueTask<EndPoint?> GetSocketConnectEndpointAsync(
        EndPoint endpoint, CancellationToken cancellationToken)
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
            // The client library then fails at the same name, and retries by its own policy.
            _lastFailure = e;
            return endpoint;
        }
    }
}
