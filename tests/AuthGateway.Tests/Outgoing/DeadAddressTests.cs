using System.Diagnostics;
using System.Net;
using AuthGateway.Authentication.Kubernetes;
using AuthGateway.Cli.Checks;
using AuthGateway.Configuration;
using AuthGateway.Outgoing;
using AuthGateway.Tests.Authentication;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace AuthGateway.Tests.Outgoing;

/// <summary>A dead address beside a good one costs 250 ms, whoever is called (G2).</summary>
public class DeadAddressTests
{
    private static readonly IPAddress[] TwoAddresses = [DeadAddress.Address, IPAddress.Loopback];

    [Fact]
    public async Task G2_provider()
    {
        await using var provider = await FakeProvider.StartAsync();
        using var dead = await DeadAddress.StartAsync(provider.Address.Port);

        await using var rig = await GatewayRig.StartAsync(
            settings: new Dictionary<string, string> { ["OIDC_PROVIDER"] = $"http://peer.test:{provider.Address.Port}", ["OIDC_ISSUER"] = provider.Issuer }, provider: provider, names: TwoAddresses);

        Assert.Equal(200, (await rig.ProbeAsync("/readyz")).Status);
    }

    [Fact]
    public async Task G2_two_dead_addresses_before_the_good_one()
    {
        var second = IPAddress.Parse("127.0.0.10");
        await using var provider = await FakeProvider.StartAsync();
        using var dead = await DeadAddress.StartAsync(provider.Address.Port);
        using var dead2 = await DeadAddress.StartAsync(provider.Address.Port, second);

        await using var rig = await GatewayRig.StartAsync(
            settings: new Dictionary<string, string> { ["OIDC_PROVIDER"] = $"http://peer.test:{provider.Address.Port}", ["OIDC_ISSUER"] = provider.Issuer },
            provider: provider,
            names: [DeadAddress.Address, second, IPAddress.Loopback]);

        Assert.Equal(200, (await rig.ProbeAsync("/readyz")).Status);
    }

    [Fact]
    public async Task G2_readyz_names_every_address_of_a_provider_that_takes_no_connection()
    {
        await using var provider = await FakeProvider.StartAsync();
        using var gone = new EchoUpstream();
        gone.Dispose();
        await using var rig = await GatewayRig.StartAsync(
            settings: new Dictionary<string, string> { ["OIDC_PROVIDER"] = $"http://peer.test:{gone.Address.Port}" },
            provider: provider,
            names: [DeadAddress.Address, IPAddress.Parse("127.0.0.8")],
            waitUntilReady: false);

        var text = "";
        await Deadline.UntilAsync(
            async () => (text = (await rig.ProbeAsync("/readyz")).Text).Contains("tried 127.0.0.9: connection refused, 127.0.0.8: connection refused", StringComparison.Ordinal), "the addresses");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task G2_upstream(bool isRoutesFile)
    {
        using var folder = new TempFolder();
        await using var rig = await GatewayRig.StartAsync(names: TwoAddresses);
        using var dead = await DeadAddress.StartAsync(rig.Upstream.Address.Port);
        var address = new Uri($"http://peer.test:{rig.Upstream.Address.Port}");
        await (isRoutesFile ? RoutesFile.UseAsync(rig, folder.File("routes.json"), address) : rig.RestartAsync(environment => environment["UPSTREAM_URL"] = address.AbsoluteUri));
        var started = Stopwatch.GetTimestamp();

        var answer = await rig.SendAsync("GET", "/public");

        Assert.Equal(200, answer.Status);
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0.2, 4);
    }

    [Fact]
    public async Task G2_the_log_names_every_address_of_an_upstream_that_takes_no_connection()
    {
        await using var rig = await GatewayRig.StartAsync(names: [DeadAddress.Address, IPAddress.Parse("127.0.0.8")]);
        using var dead = await DeadAddress.StartAsync(rig.Upstream.Address.Port);
        using var gone = new EchoUpstream();
        await rig.RestartAsync(environment => environment["UPSTREAM_URL"] = $"http://peer.test:{gone.Address.Port}");
        gone.Dispose();

        var answer = await rig.SendAsync("GET", "/public");

        Assert.Equal(502, answer.Status);
        await Deadline.UntilAsync(() => rig.Log.Text.Contains($"no connection to peer.test:{gone.Address.Port} (tried 127.0.0.9: connection refused, 127.0.0.8: connection refused)", StringComparison.Ordinal), () => "the line\n" + rig.Log.Text);
    }

    [Fact]
    public async Task G2_token_review()
    {
        using var cluster = new FakeCluster();
        using var relay = new TcpRelay(cluster.Address.Port);
        File.WriteAllText(cluster.KubeConfig, (await File.ReadAllTextAsync(cluster.KubeConfig)).Replace(cluster.Address.Authority, $"peer.test:{relay.Port}", StringComparison.Ordinal));
        using var dead = await DeadAddress.StartAsync(relay.Port);
        await using var rig = await GatewayRig.StartAsync(settings: cluster.Settings, names: TwoAddresses);

        // On a busy machine the first call may take longer than it may.
        await Deadline.UntilAsync(async () => (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + cluster.Token())).Status == 200, "the token is accepted", seconds: 30);
    }

    [Fact]
    public async Task G2_external_authorizer()
    {
        using var authorizer = WireMockServer.Start();
        using var relay = new TcpRelay(authorizer.Port);
        authorizer.Given(Request.Create().UsingPost()).RespondWith(Response.Create().WithStatusCode(200));
        using var dead = await DeadAddress.StartAsync(relay.Port);
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["EXTERNAL_AUTHZ_URL"] = $"http://peer.test:{relay.Port}/" }, names: TwoAddresses);

        await rig.LogInAsync();

        Assert.NotEmpty(authorizer.LogEntries);
    }

    [Theory]
    [InlineData("UPSTREAM_URL")]
    [InlineData("ROUTES_FILE")]
    public async Task G2_check_of_an_upstream(string setting)
    {
        using var folder = new TempFolder();
        using var upstream = new EchoUpstream();
        using var dead = await DeadAddress.StartAsync(upstream.Address.Port);
        var address = $"http://peer.test:{upstream.Address.Port}/";
        await File.WriteAllTextAsync(folder.File("routes.json"), $$"""
            {
              "Routes": { "all": { "ClusterId": "a", "Match": { "Path": "{**rest}" } } },
              "Clusters": { "a": { "Destinations": { "one": { "Address": "{{address}}" } } } }
            }
            """, TestContext.Current.CancellationToken);
        var settings = SettingsReader.Read(
            new Dictionary<string, string>
            {
                ["OIDC_PROVIDER"] = "https://idp.example.test",
                ["CLIENT_ID"] = "c",
                ["CLIENT_SECRET"] = "s",
                [setting] = setting == "ROUTES_FILE" ? folder.File("routes.json") : address,
            },
            []);

        var findings = await new UpstreamCheck(new Connector((_, _) => Task.FromResult(TwoAddresses))).LookAsync(settings.Options!, TestContext.Current.CancellationToken);

        Assert.Empty(findings);
        Assert.NotEmpty(upstream.Requests);
    }
}
