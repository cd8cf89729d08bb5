using AuthGateway.Access;
using AuthGateway.Http;
using Yarp.ReverseProxy.Forwarder;

namespace AuthGateway.Proxy;

/// <summary>Takes a request towards its upstream: <paramref name="request"/> is the one parsed form of what <paramref name="context"/> carries.</summary>
internal delegate Task ProxyDelegate(HttpContext context, AccessRequest request);

/// <summary>Forwards a request that was allowed and whose forged headers and own credentials are out; says what went wrong on the way.</summary>
internal delegate ValueTask<ForwarderError> ForwardDelegate(HttpContext context, AccessRequest request, AccessDecision.Allow allow);
