using Yarp.ReverseProxy.Transforms;

namespace AuthGateway.Proxy.Routes;

/// <summary>
/// YARP's <c>PathPattern</c> transform, filled with the bytes that were received.
/// </summary>
internal sealed class RawPathPattern(PathRouteValuesTransform pattern) : RequestTransform
{
    public override async ValueTask ApplyAsync(RequestTransformContext context)
    {
        var request = context.HttpContext.Request;
        var decoded = request.RouteValues;
        request.RouteValues = RawPath.Values(
            context.HttpContext, ProxyMiddleware.GetRequest(context.HttpContext).Target);
        await pattern.ApplyAsync(context);
        request.RouteValues = decoded;
    }
}
