using AuthGateway.Configuration;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Transforms.Builder;

namespace AuthGateway.Proxy.Routes;

/// <summary>
/// Refuses, by name, settings of a <c>ROUTES_FILE</c> that would break the gateway's guarantees.
/// All other YARP configuration works as YARP documents it. Applied at start, at a reload and in
/// <c>check</c>.
/// </summary>
internal sealed class RouteRules(SessionOptions session) : ITransformProvider
{
    // Applied by the gateway itself: no transform of a file sets the client's address.
    private static readonly string[] OwnTransforms =
    [
        "X-Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Prefix",
    ];

    public void ValidateRoute(TransformRouteValidationContext context)
    {
        var route = context.Route;
        Refuse(
            context,
            nameof(RouteConfig.AuthorizationPolicy),
            route.AuthorizationPolicy,
            "the gateway decides who passes; public paths stand in SKIP_AUTH_URLS");
        Refuse(context, nameof(RouteConfig.CorsPolicy), route.CorsPolicy, "cross-origin rules are the application's");
        Refuse(
            context,
            nameof(RouteConfig.RateLimiterPolicy),
            route.RateLimiterPolicy,
            "policies can only be made in code");
        Refuse(
            context,
            nameof(RouteConfig.OutputCachePolicy),
            route.OutputCachePolicy,
            "an answer belongs to one person and is not kept for others");
        if (route.TimeoutPolicy is { Length: > 0 } policy
            && !policy.Equals("Disable", StringComparison.OrdinalIgnoreCase))
        {
            Refuse(
                context,
                nameof(RouteConfig.TimeoutPolicy),
                policy,
                "policies can only be made in code; Timeout gives the route a time, and 'Disable' none");
        }

        var keys = (route.Transforms ?? []).SelectMany(transform => transform.Keys);
        foreach (var own in keys.Where(key => OwnTransforms.Contains(key, StringComparer.OrdinalIgnoreCase)))
        {
            Refuse(
                context,
                $"The transform {own}",
                own,
                "the gateway writes these headers itself, by TRUSTED_PROXIES and PUBLIC_URL");
        }
    }

    public void ValidateCluster(TransformClusterValidationContext context)
    {
        var affinity = context.Cluster.SessionAffinity;
        if (affinity?.AffinityKeyName is { } key
            && key.Contains(session.CookieName, StringComparison.OrdinalIgnoreCase))
        {
            context.Errors.Add(
                new ArgumentException(
                    $"AffinityKeyName of cluster '{context.Cluster.ClusterId}' is our session cookie's name. Choose "
                    + "another."));
        }
    }

    public void Apply(TransformBuilderContext context)
    {
        // Added by ForwardTransforms.
    }

    private static void Refuse(TransformRouteValidationContext context, string key, string? value, string why)
    {
        if (!string.IsNullOrEmpty(value))
        {
            context.Errors.Add(
                new ArgumentException($"{key} of route '{context.Route.RouteId}' is not served: {why}. Remove it."));
        }
    }
}
