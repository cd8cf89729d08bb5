using System.Net;
using System.Net.Sockets;

namespace AuthGateway.Outgoing;

/// <summary>
/// Opens outgoing TCP connections (RFC 8305). Tries addresses of both families in turn, the next
/// after 250 ms or as soon as one fails; uses the first that connects and closes the others.
/// </summary>
/// <param name="resolve">Resolves a name to addresses, best first (RFC 6724).</param>
internal sealed class Connector(AddressResolver resolve)
{
    /// <summary>Delay between two attempts, 250 ms as recommended by RFC 8305 §5.</summary>
    public static readonly TimeSpan NextAttemptAfter = TimeSpan.FromMilliseconds(250);

    /// <summary>Connector that resolves names by the operating system.</summary>
    public static Connector System { get; } = new(static (host, token) => Dns.GetHostAddressesAsync(host, token));

    /// <summary>Creates a <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    /// <param name="limit">
    /// Limit for name resolution and TCP together; TLS has the limit of the handler.
    /// </param>
    public Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> Callback(TimeSpan limit) =>
        async (context, token) =>
        new NetworkStream(
            await ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, limit, token), ownsSocket: true);

    /// <exception cref="ConnectFailedException">
    /// No address accepted a connection in time; the message names those that were tried.
    /// </exception>
    public async Task<Socket> ConnectAsync(string host, int port, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(limit);
        var addresses = await ResolveAsync(host, port, limited.Token, cancellationToken);
        return await new AddressRace(host, port, limit)
            .RunAsync(Interleave(addresses), limited.Token, cancellationToken);
    }

    /// <summary>Resolves a name to its addresses, best first.</summary>
    public async Task<IReadOnlyList<IPAddress>> ResolveAsync(
        string host, int port, CancellationToken limited, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var literal))
        {
            return [literal];
        }

        try
        {
            var addresses = Usable(await resolve(host, limited));
            return addresses.Count > 0
                ? addresses
                : throw new ConnectFailedException(host, port, [], SocketError.NoData);
        }
        catch (SocketException e) when (e is not ConnectFailedException)
        {
            throw new ConnectFailedException(host, port, [], e.SocketErrorCode);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ConnectFailedException(host, port, [], SocketError.TryAgain);
        }
    }

    /// <summary>
    /// Orders addresses by alternating families, starting with that of the best address (RFC 8305
    /// §4).
    /// </summary>
    internal static IReadOnlyList<IPAddress> Interleave(IReadOnlyList<IPAddress> addresses)
    {
        if (addresses.Count < 2)
        {
            return addresses;
        }

        var first = new Queue<IPAddress>(
            addresses.Where(address => address.AddressFamily == addresses[0].AddressFamily));
        var second = new Queue<IPAddress>(
            addresses.Where(address => address.AddressFamily != addresses[0].AddressFamily));
        var order = new List<IPAddress>(addresses.Count);
        while (first.Count + second.Count > 0)
        {
            if (first.TryDequeue(out var one))
            {
                order.Add(one);
            }

            if (second.TryDequeue(out var other))
            {
                order.Add(other);
            }
        }

        return order;
    }

    private static List<IPAddress> Usable(IEnumerable<IPAddress> addresses) =>
        [.. addresses.Where(IsUsable).Distinct()];

    private static bool IsUsable(IPAddress address) =>
        address.AddressFamily != AddressFamily.InterNetworkV6 || Socket.OSSupportsIPv6;
}
