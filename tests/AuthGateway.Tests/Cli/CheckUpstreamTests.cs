using System.Net;
using System.Net.Sockets;
using AuthGateway.Cli.Checks;

namespace AuthGateway.Tests.Cli;

/// <summary>What <c>check</c> says about the applications.</summary>
public sealed class CheckUpstreamTests : CheckRun
{
    [Fact]
    public async Task Upstream_by_https_that_has_no_tls_is_named()
    {
        using var upstream = new EchoUpstream();

        var finding = Assert.Single(await FindingsAsync(CheckArea.Upstream, $"UPSTREAM_URL=https://{upstream.Address.Authority}"));

        Assert.StartsWith($"UPSTREAM_URL: {upstream.Address.Authority} cannot be spoken to over TLS", finding.Problem, StringComparison.Ordinal);
        Assert.StartsWith("Write http://", finding.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upstream_that_takes_connections_and_does_not_answer_is_named()
    {
        using var upstream = new TcpListener(IPAddress.Loopback, 0);
        upstream.Start();

        Assert.Contains("does not answer within 5 s", Assert.Single(await FindingsAsync(CheckArea.Upstream, $"UPSTREAM_URL=http://{upstream.LocalEndpoint}")).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("upstream", 0)]
    [InlineData("original", 1)]
    public async Task Upstream_that_refuses_the_public_host_is_named(string setting, int findings)
    {
        using var upstream = new EchoUpstream();
        upstream.RefusedHost = "app.example.test";

        var report = await LookAsync("UPSTREAM_URL=" + upstream.Address, "PUBLIC_URL=https://app.example.test", "UPSTREAM_HOST=" + setting);
        var found = report.Findings.Where(finding => finding.Area == CheckArea.Upstream).ToList();

        Assert.Equal(findings, found.Count);
        Assert.All(found, finding => Assert.StartsWith("Set UPSTREAM_HOST=upstream", finding.NextStep, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Upstream_and_routes_file_destinations_that_take_no_connection_are_named()
    {
        File.WriteAllText(Folder.File("routes.json"), """{"ReverseProxy":{"Clusters":{"a":{"Destinations":{"d":{"Address":"http://127.0.0.1:1/"}}}}}}""");

        Assert.Contains("127.0.0.1:1 takes no connection", Assert.Single(await FindingsAsync(CheckArea.Upstream, "UPSTREAM_URL=http://127.0.0.1:1")).Problem, StringComparison.Ordinal);
        Assert.StartsWith("ROUTES_FILE:", Assert.Single(await FindingsAsync(CheckArea.Upstream, "ROUTES_FILE=" + Folder.File("routes.json"))).Problem, StringComparison.Ordinal);
    }
}
