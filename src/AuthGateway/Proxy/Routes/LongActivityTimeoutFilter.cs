using AuthGateway.Http;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace AuthGateway.Proxy.Routes;

/// <summary>
/// Sets a 20-day activity timeout on clusters that have none. YARP's default of 100 s would close
/// idle notebook connections.
/// </summary>
internal sealed class LongActivityTimeoutFilter : IProxyConfigFilter
{
    public ValueTask<ClusterConfig> ConfigureClusterAsync(ClusterConfig cluster, CancellationToken cancel)
    {
        var request = cluster.HttpRequest ?? new ForwarderRequestConfig();
        return new(request.ActivityTimeout is null
            ? cluster with { HttpRequest = request with { ActivityTimeout = ProxyRoutes.ActivityTimeout } }
            : cluster);
    }

    public ValueTask<RouteConfig> ConfigureRouteAsync(
        RouteConfig route, ClusterConfig? cluster, CancellationToken cancel) =>
        new(route);
}
