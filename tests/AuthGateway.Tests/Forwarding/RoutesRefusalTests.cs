using AuthGateway.Cli;
using AuthGateway.Cli.Checks;
using AuthGateway.Hosting;
using AuthGateway.Outgoing;
using AuthGateway.Tests.Configuration;

namespace AuthGateway.Tests.Forwarding;

/// <summary>X4, O4: what cannot be served ends the start with one sentence, and <c>check</c> says the same sentence.</summary>
public class RoutesRefusalTests
{
    public static TheoryData<string, string, string> Rows => new()
    {
        { "\"AuthorizationPolicy\": \"Default\"", "", "AuthorizationPolicy of route 'app' is not served" },
        { "\"CorsPolicy\": \"Default\"", "", "CorsPolicy of route 'app' is not served" },
        { "\"RateLimiterPolicy\": \"Default\"", "", "RateLimiterPolicy of route 'app' is not served" },
        { "\"OutputCachePolicy\": \"Default\"", "", "OutputCachePolicy of route 'app' is not served" },
        { "\"TimeoutPolicy\": \"mine\"", "", "TimeoutPolicy of route 'app' is not served" },
        { "\"Transforms\": [ { \"X-Forwarded\": \"Append\" } ]", "", "The transform X-Forwarded of route 'app' is not served" },
        { "\"Transforms\": [ { \"X-Forwarded-For\": \"Off\" } ]", "", "The transform X-Forwarded-For of route 'app' is not served" },
        { "\"Transforms\": [ { \"PathPrefixx\": \"/x\" } ]", "", "Unknown transform: PathPrefixx" },
        { "\"Oder\": 1", "", "'Routes:app:Oder' is not known" },
        { "\"ClusterId\": \"nope\"", "", "ClusterId 'nope' of route 'app' names no cluster" },
        { "\"ClusterId\": \"\"", "", "Route 'app' has no ClusterId" },
        { "\"Order\": 1", "\"HttpClient\": { \"ClientCertificate\": { \"Path\": \"x\" } }", "'Clusters:app:HttpClient:ClientCertificate' is not known" },
        { "\"Order\": 1", "\"LoadBalancingPolicy\": \"Best\"", "No matching ILoadBalancingPolicy found for the load balancing policy 'Best'" },
        { "\"Order\": 1", "\"SessionAffinity\": { \"Enabled\": true, \"AffinityKeyName\": \"authservice_session\" }", "AffinityKeyName of cluster 'app' is our session cookie's name" },
        { "\"Order\": \"first\"", "", "'first'" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task What_cannot_be_served_is_refused_by_name_at_the_start_and_by_check(string route, string cluster, string sentence)
    {
        using var folder = new TempFolder();
        using var app = new EchoUpstream();
        var file = folder.File("routes.json");
        var clusterId = route.Contains("ClusterId", StringComparison.Ordinal) ? "" : "\"ClusterId\": \"app\", ";
        var more = cluster.Length > 0 ? cluster + "," : "";
        await File.WriteAllTextAsync(file, $$"""
            {
              "Routes": { "app": { {{clusterId}} {{route}}, "Match": { "Path": "{**all}" } } },
              "Clusters": { "app": { {{more}} "Destinations": { "one": { "Address": "{{app.Address}}" } } } }
            }
            """, TestContext.Current.CancellationToken);
        var options = KubeflowEnvironments.Read("1.8", $"STORE_PATH={folder.File("s.db")}", "SERVER_PORT=0", "READINESS_PROBE_PORT=0", "WEB_SERVER_PORT=0", $"ROUTES_FILE={file}").Options!;

        var failure = await Record.ExceptionAsync(async () =>
        {
            await using var server = GatewayServer.Create(options);
            await server.StartAsync(TestContext.Current.CancellationToken);
        });

        Assert.NotNull(failure);
        Assert.Contains(RoutesFileFailure.Describe(failure, options.Server), line => line.Contains(sentence, StringComparison.Ordinal));
        var findings = await new UpstreamCheck(AuthGateway.Outgoing.Connector.System).LookAsync(options, TestContext.Current.CancellationToken);
        Assert.Contains(findings, finding => finding.Problem.Contains(sentence, StringComparison.Ordinal));
    }
}
