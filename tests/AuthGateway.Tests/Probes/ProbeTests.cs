namespace AuthGateway.Tests.Probes;

public class ProbeTests
{
    [Fact]
    public async Task Gateway_listens_before_the_provider_exists_and_becomes_ready_after()
    {
        var provider = await FakeProvider.StartAsync();
        provider.Faults["discovery"] = Fault.Drop;
        await using var rig = await GatewayRig.StartAsync(provider: provider, waitUntilReady: false);

        Assert.Equal(503, (await rig.ProbeAsync("/")).Status);
        Assert.Equal(200, (await rig.ProbeAsync("/healthz")).Status);
        Assert.Equal(503, (await rig.SendAsync("GET", "/app", "Accept: text/html")).Status);
        Assert.Equal(200, (await rig.SendAsync("GET", "/public/x")).Status);
        provider.Faults.Clear();
        await Deadline.UntilAsync(async () => (await rig.ProbeAsync("/readyz")).Status == 200, "ready after the provider came");
    }

    [Fact]
    public async Task Issuer_that_does_not_match_is_named()
    {
        var provider = await FakeProvider.StartAsync();
        provider.EditDiscovery = document => document["issuer"] = provider.Issuer + "/";
        await using var rig = await GatewayRig.StartAsync(provider: provider, waitUntilReady: false);

        await Deadline.UntilAsync(async () => (await rig.ProbeAsync("/readyz")).Text.Contains(provider.Issuer + "/", StringComparison.Ordinal), "the issuer stands in /readyz");

        Assert.Equal(503, (await rig.ProbeAsync("/readyz")).Status);
        await Deadline.UntilAsync(() => rig.Log.Text.Contains(provider.Issuer + "/", StringComparison.Ordinal), "the issuer stands in the log");
    }

    [Fact]
    public async Task Losing_the_provider_ends_neither_sessions_nor_readiness()
    {
        await using var rig = await GatewayRig.StartAsync();
        var session = rig.SessionOf(await rig.LogInAsync());

        await rig.Provider.DisposeAsync();

        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Cookie: authservice_session=" + session)).Status);
        Assert.Equal(200, (await rig.ProbeAsync("/readyz")).Status);
    }

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    [InlineData("/metrics")]
    public async Task Main_port_serves_no_probe(string path)
    {
        await using var rig = await GatewayRig.StartAsync();

        Assert.Equal(302, (await rig.SendAsync("GET", path, "Accept: text/html")).Status);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    [InlineData("/metrics")]
    public async Task Probe_port_opens_no_tunnel(string path)
    {
        await using var rig = await GatewayRig.StartAsync();

        Assert.Equal(405, (await rig.ProbeAsync(path, "CONNECT")).Status);
        Assert.DoesNotContain("unhandled exception", rig.Log.Text, StringComparison.Ordinal);
    }
}
