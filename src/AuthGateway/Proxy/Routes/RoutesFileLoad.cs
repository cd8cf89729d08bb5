using AuthGateway.Configuration;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Transforms.Builder;

namespace AuthGateway.Proxy.Routes;

/// <summary>
/// Reads and validates a <c>ROUTES_FILE</c> as the start does, without serving it.
/// </summary>
internal sealed record RoutesFileLoad(IReadOnlyList<string> Problems, IReadOnlyList<ClusterConfig> Clusters)
{
    /// <exception cref="RoutesFileException">The file contains a setting that is
    /// refused.</exception>
    /// <exception cref="InvalidDataException">The file is no valid JSON.</exception>
    public static async Task<RoutesFileLoad> ReadAsync(string file, AuthGateway.Configuration.SessionOptions session)
    {
        var services = new ServiceCollection();
        services.AddLogging()
            .AddRouting()
            .AddRequestTimeouts()
            .AddSingleton(session)
            .AddSingleton<ITransformProvider, RouteRules>()
            .AddReverseProxy()
            .AddRoutes(file);
        await using var provider = services.BuildServiceProvider();
        using var watch = provider.GetRequiredService<RoutesFileWatch>();
        IProxyConfig config;
        try
        {
            config = provider.GetRequiredService<IProxyConfigProvider>().GetConfig();
        }
        catch (Exception e) when (
            e is FormatException or InvalidOperationException or ArgumentException or OverflowException)
        {
            return new RoutesFileLoad([$"{e.GetBaseException().Message} Correct the file; it is YARP's own JSON."], []);
        }

        var validator = provider.GetRequiredService<IConfigValidator>();
        var problems = new List<string>();
        foreach (var route in config.Routes)
        {
            problems.AddRange((await validator.ValidateRouteAsync(route)).Select(problem => problem.Message));
        }

        foreach (var cluster in config.Clusters)
        {
            problems.AddRange((await validator.ValidateClusterAsync(cluster)).Select(problem => problem.Message));
        }

        return new RoutesFileLoad(problems, config.Clusters);
    }
}
