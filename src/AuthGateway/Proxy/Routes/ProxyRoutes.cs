using AuthGateway.Http;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace AuthGateway.Proxy.Routes;

/// <summary>
/// Adds the routes and clusters of <c>ROUTES_FILE</c>: YARP's own JSON, reloaded on change.
/// </summary>
internal static class ProxyRoutes
{
    /// <summary>
    /// Longest inactivity of a proxied exchange or an upgraded connection: 20 days. An idle
    /// notebook kernel may be silent for days.
    /// </summary>
    public static readonly TimeSpan ActivityTimeout = TimeSpan.FromDays(20);

    /// <summary>
    /// Builds YARP's pipeline after the access decision: the route's timeout, session affinity,
    /// load balancing, passive health checks, body limit, and a plain 404 where no route matches.
    /// </summary>
    public static RequestDelegate Build(IServiceProvider services)
    {
        var app = new ApplicationBuilder(services);
        app.UseRouting().UseRequestTimeouts().UseEndpoints(endpoints => endpoints.MapReverseProxy());
        app.Run(context => PlainText.WriteAsync(context, StatusCodes.Status404NotFound, "404 page not found\n"));
        return app.Build();
    }

    /// <exception cref="RoutesFileException">The file contains a setting that is
    /// refused.</exception>
    /// <exception cref="InvalidDataException">The file is no valid JSON.</exception>
    public static IReverseProxyBuilder AddRoutes(this IReverseProxyBuilder proxy, string file)
    {
        var watch = new RoutesFileWatch(Path.GetFullPath(file));
        // Registered by a factory, because the container disposes of the objects it creates itself.
        proxy.Services.AddSingleton(_ => watch).AddHostedService<RoutesReload>();
        var configuration = watch.Configuration;
        var routes = configuration.GetSection("ReverseProxy") is { } section && section.GetChildren().Any()
            ? (IConfiguration)section
            : configuration;
        return RoutesFileRules.Problems(routes) is { Count: > 0 } problems
            ? throw new RoutesFileException(problems)
            : proxy.LoadFromConfig(routes);
    }
}
