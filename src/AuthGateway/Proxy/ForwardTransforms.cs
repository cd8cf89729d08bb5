using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace AuthGateway.Proxy;

/// <summary>What every route of a <c>ROUTES_FILE</c> does: raw target (unless the route itself rewrites paths), the client's host, filtered answers.</summary>
internal sealed class ForwardTransforms(ForwardedRequest forwarded, UpstreamHeaders answers) : ITransformProvider
{
    public void ValidateRoute(TransformRouteValidationContext context)
    {
        Refuse(context, nameof(RouteConfig.AuthorizationPolicy), context.Route.AuthorizationPolicy, "the gateway decides who passes; public paths stand in SKIP_AUTH_URLS");
        Refuse(context, nameof(RouteConfig.CorsPolicy), context.Route.CorsPolicy, "cross-origin rules are the application's");
    }

    public void ValidateCluster(TransformClusterValidationContext context)
    {
        // Nothing to say about a cluster.
    }

    public void Apply(TransformBuilderContext context)
    {
        var rewritesPath = context.Route.Transforms?.Any(transform => transform.Keys.Any(key => key.StartsWith("Path", StringComparison.OrdinalIgnoreCase) || key.StartsWith("Query", StringComparison.OrdinalIgnoreCase))) ?? false;
        context.UseDefaultForwarders = false;
        context.CopyRequestHeaders = true;
        context.AddOriginalHost(true);
        if (!rewritesPath)
        {
            context.AddRequestTransform(KeepRawTarget);
        }

        // Behind the route's own transforms: none of them writes an identity over ours.
        context.AddRequestTransform(AddOurs);
        context.AddResponseTransform(FilterAnswer);
    }

    // Each would be an empty 500 for everybody: nothing here serves them.
    private static void Refuse(TransformRouteValidationContext context, string key, string? value, string why)
    {
        if (!string.IsNullOrEmpty(value))
        {
            context.Errors.Add(new ArgumentException($"{key} of route '{context.Route.RouteId}' is not served: {why}. Remove it."));
        }
    }

    private ValueTask AddOurs(RequestTransformContext context)
    {
        forwarded.AddOurs(context.ProxyRequest, ProxyMiddleware.RequestOf(context.HttpContext), ProxyMiddleware.DecisionOf(context.HttpContext));
        return default;
    }

    private static ValueTask KeepRawTarget(RequestTransformContext context)
    {
        context.ProxyRequest.RequestUri = UpstreamAddress.Of(ProxyMiddleware.RequestOf(context.HttpContext).Target, context.DestinationPrefix);
        return default;
    }

    private ValueTask FilterAnswer(ResponseTransformContext context)
    {
        if (UpstreamHeaders.IsUnaskedUpgrade(context.ProxyResponse, context.HttpContext, ProxyMiddleware.RequestOf(context.HttpContext)))
        {
            context.HttpContext.Response.StatusCode = StatusCodes.Status502BadGateway;
            context.SuppressResponseBody = true;
        }

        answers.Filter(context.HttpContext.Response.Headers);
        return default;
    }
}
