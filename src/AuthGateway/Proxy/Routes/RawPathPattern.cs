using Yarp.ReverseProxy.Transforms;

namespace AuthGateway.Proxy.Routes;

/// <summary>YARP's <c>PathPattern</c>, filled with the bytes that were sent.</summary>
internal sealed class RawPathPattern(PathRouteValuesTransform pattern) : RequestTransform
{
    public override async ValueTask ApplyAsync(RequestTransformContext context)
    {
        var request = context.HttpContext.Request;
        var decoded = request.RouteValues;
        request.RouteValues = RawPath.Values(context.HttpContext, ProxyMiddleware.RequestOf(context.HttpContext).Target);
        await pattern.ApplyAsync(context);
        request.RouteValues = decoded;
    }
}
