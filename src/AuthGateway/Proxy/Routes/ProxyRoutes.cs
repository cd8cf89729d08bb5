using AuthGateway.Http;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace AuthGateway.Proxy.Routes;

/// <summary>Routes and clusters of <c>ROUTES_FILE</c>: YARP's own JSON, hot-reloaded.</summary>
internal static class ProxyRoutes
{
    /// <summary>Longest silence of a proxied exchange or an upgraded connection: a notebook's kernel may think for days.</summary>
    public static readonly TimeSpan ActivityTimeout = TimeSpan.FromDays(20);

    /// <summary>
    /// YARP's own pipeline behind the decision: the route's timeout, session affinity, load balancing, passive health, body limit, and a plain 404 where no route is.
    /// </summary>
    public static RequestDelegate Build(IServiceProvider services)
    {
        var app = new ApplicationBuilder(services);
        app.UseRouting().UseRequestTimeouts().UseEndpoints(endpoints => endpoints.MapReverseProxy());
        app.Run(context => PlainText.WriteAsync(context, StatusCodes.Status404NotFound, "404 page not found\n"));
        return app.Build();
    }

    /// <exception cref="RoutesFileException">The file says what cannot be served.</exception>
    /// <exception cref="InvalidDataException">It is no JSON.</exception>
    public static IReverseProxyBuilder AddRoutes(this IReverseProxyBuilder proxy, string file)
    {
        var watch = new RoutesFileWatch(Path.GetFullPath(file));
        // By a factory: what the container builds itself it also disposes.
        proxy.Services.AddSingleton(_ => watch).AddHostedService<RoutesReload>();
        var configuration = watch.Configuration;
        var routes = configuration.GetSection("ReverseProxy") is { } section && section.GetChildren().Any() ? (IConfiguration)section : configuration;
        return RoutesFileRules.Problems(routes) is { Count: > 0 } problems ? throw new RoutesFileException(problems) : proxy.LoadFromConfig(routes);
    }
}

/// <summary>No default of the forwarder may break a notebook: clusters of an operator's file get the same patience unless they say otherwise.</summary>
internal sealed class LongActivityTimeoutFilter : IProxyConfigFilter
{
    public ValueTask<ClusterConfig> ConfigureClusterAsync(ClusterConfig cluster, CancellationToken cancel)
    {
        var request = cluster.HttpRequest ?? new ForwarderRequestConfig();
        return new(request.ActivityTimeout is null ? cluster with { HttpRequest = request with { ActivityTimeout = ProxyRoutes.ActivityTimeout } } : cluster);
    }

    public ValueTask<RouteConfig> ConfigureRouteAsync(RouteConfig route, ClusterConfig? cluster, CancellationToken cancel) => new(route);
}
