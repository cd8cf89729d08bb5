using System.Net.Sockets;
using AuthGateway.Limits;
using AuthGateway.Observability;

namespace AuthGateway.Outgoing;

/// <summary>
/// Opens and counts connections to upstreams, up to their share of the file descriptors.
/// </summary>
internal sealed class UpstreamConnections
{
    /// <summary>
    /// How long an unused connection is kept (the default is a minute). Each holds about 10 KB: 20
    /// MiB after a peak of 2,048.
    /// </summary>
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(30);

    private readonly Connector _connector;
    private readonly ProcessLimits _limits;
    private readonly LimitReport _report;
    private int _open;

    public UpstreamConnections(Connector connector, ProcessLimits limits, LimitReport report, GatewayMetrics metrics)
    {
        _connector = connector;
        _limits = limits;
        _report = report;
        metrics.Watch(
            "authgateway.upstream.connections.open",
            "Connections to upstreams that are open.",
            () => Volatile.Read(ref _open));
    }

    /// <summary>For <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    public async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var end = context.DnsEndPoint;
        if (Interlocked.Increment(ref _open) > _limits.Upstream)
        {
            Closed();
            _report.Reached(LimitTable.Upstreams);
            throw new ConnectFailedException(end.Host, end.Port, [], SocketError.TooManyOpenSockets);
        }

        try
        {
            return new CountedStream(
                await _connector.ConnectAsync(
                    end.Host, end.Port, OutgoingClients.UpstreamConnectLimit, cancellationToken),
                Closed);
        }
        catch
        {
            Closed();
            throw;
        }
    }

    /// <summary>
    /// Makes an existing handler connect through this class, and close what is unused for 30 s.
    /// </summary>
    public void Use(SocketsHttpHandler handler)
    {
        handler.ConnectCallback = ConnectAsync;
        handler.PooledConnectionIdleTimeout = Idle;
        handler.ConnectTimeout = OutgoingClients.UpstreamConnectLimit + OutgoingClients.UpstreamConnectLimit;
    }

    private void Closed() => Interlocked.Decrement(ref _open);
}
