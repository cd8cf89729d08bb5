using AuthGateway.Http;

namespace AuthGateway.Proxy;

/// <summary>
/// Forwards a request to its upstream. <paramref name="request"/> is the parsed form of the request
/// in <paramref name="context"/>.
/// </summary>
internal delegate Task ProxyDelegate(HttpContext context, AccessRequest request);
