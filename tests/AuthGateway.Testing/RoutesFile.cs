namespace AuthGateway.Testing;

/// <summary>The rig's gateway again, with a <c>ROUTES_FILE</c> of one route instead of <c>UPSTREAM_URL</c>.</summary>
internal static class RoutesFile
{
    public static Task UseAsync(GatewayRig rig, string file, Uri upstream)
    {
        File.WriteAllText(file, $$"""
            {
              "Routes": { "app": { "ClusterId": "app", "Match": { "Path": "{**all}" } } },
              "Clusters": { "app": { "Destinations": { "one": { "Address": "{{upstream}}" } } } }
            }
            """);
        return rig.RestartAsync(environment =>
        {
            environment.Remove("UPSTREAM_URL");
            environment["ROUTES_FILE"] = file;
        });
    }
}
