using System.Net;
using System.Net.Sockets;

namespace AuthGateway.Outgoing;

/// <summary>
/// Opens every outgoing TCP connection (RFC 8305): addresses of both families in turn, the next attempt after 250 ms or as soon as one failed, the first that
/// connects is used, the others are closed. Costs nothing once connected.
/// </summary>
/// <param name="resolve">Name to addresses, best first (RFC 6724).</param>
internal sealed class Connector(AddressResolver resolve)
{
    /// <summary>RFC 8305 §5: the recommended delay between two attempts.</summary>
    public static readonly TimeSpan NextAttemptAfter = TimeSpan.FromMilliseconds(250);

    /// <summary>Asks the operating system for addresses.</summary>
    public static Connector System { get; } = new(static (host, token) => Dns.GetHostAddressesAsync(host, token));

    /// <summary>For <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    /// <param name="limit">For name resolution and TCP together; TLS has the handler's own limit.</param>
    public Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> Callback(TimeSpan limit) => async (context, token) =>
        new NetworkStream(await ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, limit, token), ownsSocket: true);

    /// <exception cref="ConnectFailedException">No address takes a connection in time; the message names those that were tried.</exception>
    public async Task<Socket> ConnectAsync(string host, int port, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(limit);
        var addresses = await ResolveAsync(host, port, limited.Token, cancellationToken);
        return await new AddressRace(host, port, limit).RunAsync(Interleave(addresses), limited.Token, cancellationToken);
    }

    /// <summary>The addresses of a name in the order in which they are tried.</summary>
    public async Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, int port, CancellationToken limited, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var literal))
        {
            return [literal];
        }

        try
        {
            var addresses = Usable(await resolve(host, limited));
            return addresses.Count > 0 ? addresses : throw new ConnectFailedException(host, port, [], SocketError.NoData);
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

    /// <summary>RFC 8305 §4: first of the family of the best address, then in turn.</summary>
    internal static IReadOnlyList<IPAddress> Interleave(IReadOnlyList<IPAddress> addresses)
    {
        if (addresses.Count < 2)
        {
            return addresses;
        }

        var first = new Queue<IPAddress>(addresses.Where(address => address.AddressFamily == addresses[0].AddressFamily));
        var second = new Queue<IPAddress>(addresses.Where(address => address.AddressFamily != addresses[0].AddressFamily));
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
        [.. addresses.Where(address => address.AddressFamily != AddressFamily.InterNetworkV6 || Socket.OSSupportsIPv6).Distinct()];
}

/// <summary>Name to addresses.</summary>
internal delegate Task<IPAddress[]> AddressResolver(string host, CancellationToken cancellationToken);
