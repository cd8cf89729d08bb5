using System.Net;
using AuthGateway.Configuration;

namespace AuthGateway.Http;

/// <summary>
/// Finds the client's IP address for display in session lists: the peer, or the address that
/// trusted proxies report in <c>X-Forwarded-For</c>. Behind Envoy the peer of a check is Envoy
/// itself, so without a trusted header the address is unknown (null).
/// </summary>
internal sealed class ClientAddress(ServerOptions server, PublicOrigin scheme)
{
    public IPAddress? Of(AccessRequest request)
    {
        if (!scheme.IsTrusted(request))
        {
            return request.EntryPoint == EntryPoint.ExtAuthz ? null : request.Peer;
        }

        // Read from the right: each proxy appends the peer it saw. The first address that is not a
        // trusted proxy is the client.
        var entries = request.Headers["X-Forwarded-For"].ToString().Split(',', StringSplitOptions.TrimEntries);
        foreach (var entry in entries.Reverse())
        {
            if (!IPAddress.TryParse(entry, out var address))
            {
                return null;
            }

            address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
            if (!server.TrustedProxies.Any(network => network.Contains(address)))
            {
                return address;
            }
        }

        return null;
    }
}
