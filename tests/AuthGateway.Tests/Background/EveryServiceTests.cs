using AuthGateway.Hosting;
using AuthGateway.Observability;
using AuthGateway.Tests.Sessions;

namespace AuthGateway.Tests.Background;

/// <summary>Every hosted service meets an exception that nobody expects: the process lives, the log says which work and why, the next turn works.</summary>
public sealed class EveryServiceTests(GarnetRedis redis) : IClassFixture<GarnetRedis>
{
    public static TheoryData<string> Services => [.. typeof(GatewayServer).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(SupervisedService)) && !type.IsAbstract).Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Service_that_meets_an_exception_loses_one_turn(string service)
    {
        var fault = ServiceFault.Of(service, redis);
        var provider = await FakeProvider.StartAsync();
        fault.Break?.Invoke(provider);
        await using var rig = await GatewayRig.StartAsync(provider: provider, clock: fault.Clock, settings: fault.Settings, waitUntilReady: fault.Break is null, services: fault.Arrange);
        var work = rig.Server.Services.GetServices<IHostedService>().OfType<SupervisedService>().Single(one => one.GetType().Name == service).Work;

        await fault.Cause(rig);

        await Deadline.UntilAsync(() => rig.Log.Text.Contains($"Background work failed: {work} (", StringComparison.Ordinal), $"the failure of {service} is logged\n{rig.Log.Text}");
        Assert.Contains(fault.Reason, string.Concat(rig.Log.Lines.Where(line => line.Contains(work, StringComparison.Ordinal))), StringComparison.Ordinal);
        await Deadline.UntilAsync(() => fault.WorksAgainAsync(rig), $"the next turn of {service} works\n{rig.Log.Text}", seconds: 30);
        Assert.Equal(200, (await rig.ProbeAsync("/healthz")).Status);
        await rig.LogInWithoutUpstreamAsync();
    }
}
