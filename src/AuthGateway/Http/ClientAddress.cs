using System.Net;
using AuthGateway.Configuration;

namespace AuthGateway.Http;

/// <summary>
/// The address of a person's machine, for lists that people read: the peer, or what trusted proxies say in <c>X-Forwarded-For</c>. Behind Envoy the peer
/// of a check is Envoy: without a trusted header nothing is known.
/// </summary>
internal sealed class ClientAddress(ServerOptions server, PublicOrigin scheme)
{
    public IPAddress? Of(AccessRequest request)
    {
        if (!scheme.IsTrusted(request))
        {
            return request.EntryPoint == EntryPoint.ExtAuthz ? null : request.Peer;
        }

        // From the right: each proxy appends the peer that it saw; the first one that is no proxy of ours is the client.
        foreach (var entry in request.Headers["X-Forwarded-For"].ToString().Split(',', StringSplitOptions.TrimEntries).Reverse())
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
