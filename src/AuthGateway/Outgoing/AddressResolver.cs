using System.Net;

namespace AuthGateway.Outgoing;

/// <summary>Resolves a host name to addresses.</summary>
internal delegate Task<IPAddress[]> AddressResolver(string host, CancellationToken cancellationToken);
