using System.Reflection;
using Yarp.ReverseProxy.Configuration;

namespace AuthGateway.Proxy.Routes;

/// <summary>
/// Finds errors in a <c>ROUTES_FILE</c> that YARP would ignore silently: a key that its
/// configuration model does not have (of an older version, or misspelled), and a route to a cluster
/// that does not exist.
/// </summary>
internal static class RoutesFileRules
{
    private const string Routes = "Routes";
    private const string Clusters = "Clusters";

    /// <summary>Returns one sentence for each problem. Empty when the file is valid.</summary>
    public static IReadOnlyList<string> Problems(IConfiguration proxy)
    {
        var problems = new List<string>();
        foreach (var part in proxy.GetChildren().Where(part => !part.Key.StartsWith('$')))
        {
            var type = part.Key.ToUpperInvariant() switch
            {
                "ROUTES" => typeof(RouteConfig),
                "CLUSTERS" => typeof(ClusterConfig),
                _ => null,
            };
            if (type is null)
            {
                problems.Add(
                    $"'{part.Key}' is not known: a ROUTES_FILE holds {Routes} and {Clusters}, at the top or in "
                    + "ReverseProxy.");
                continue;
            }

            foreach (var named in part.GetChildren())
            {
                Walk(named, type, problems);
            }
        }

        var clusters = proxy.GetSection(Clusters)
            .GetChildren()
            .Select(cluster => cluster.Key)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        var orphans = proxy.GetSection(Routes)
            .GetChildren()
            .Where(route => !clusters.Contains(route["ClusterId"] ?? ""));
        problems.AddRange(orphans.Select(route =>
            route["ClusterId"] is { Length: > 0 } cluster
                ? $"ClusterId '{cluster}' of route '{route.Key}' names no cluster; everything there would be 503. Add "
                    + "the cluster, or correct the name."
                : $"Route '{route.Key}' has no ClusterId; everything there would be 503. Name a cluster."));
        return problems;
    }

    private static void Walk(IConfigurationSection section, Type type, List<string> problems)
    {
        foreach (var child in section.GetChildren())
        {
            var property = type.GetProperty(
                child.Key, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase);
            if (property is null)
            {
                problems.Add(
                    $"'{child.Path}' is not known to YARP's configuration and would have no effect. Remove it, or "
                    + "correct its name.");
                continue;
            }

            foreach (var (below, part) in Below(child, property.PropertyType))
            {
                Walk(below, part, problems);
            }
        }
    }

    // Returns the model types below a property: none for a value, each entry of a list or a map, or
    // the object itself.
    private static IEnumerable<(IConfigurationSection Section, Type Type)> Below(
        IConfigurationSection section, Type type)
    {
        if (type.IsGenericType
            && type.GetGenericArguments()[^1] is { IsClass: true } element
            && element.Namespace == typeof(RouteConfig).Namespace)
        {
            return section.GetChildren().Select(entry => (entry, element));
        }

        return type is { IsClass: true, Namespace: { } space } && space.StartsWith("Yarp.", StringComparison.Ordinal)
            ? [(section, type)]
            : [];
    }
}
