using AuthGateway.Access;
using AuthGateway.Http;
using Yarp.ReverseProxy.Forwarder;

namespace AuthGateway.Proxy;

/// <summary>
/// Forwards an allowed request whose forged headers and gateway credentials are removed. Returns
/// the forwarder's error, if any.
/// </summary>
internal delegate ValueTask<ForwarderError> ForwardDelegate(
    HttpContext context, AccessRequest request, AccessDecision.Allow allow);
