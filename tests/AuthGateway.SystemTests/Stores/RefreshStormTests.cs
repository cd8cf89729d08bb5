using System.Diagnostics;
using AuthGateway.SystemTests.Parts;

namespace AuthGateway.SystemTests.Stores;

/// <summary>Ten gateway processes on one redis-server and one session at its access token's end; the provider takes each refresh token once.</summary>
public sealed class RefreshStormTests(GatewayBinary binary)
{
    private const int Processes = 10;
    private const int Requests = 200;
    private const int AccessSeconds = 15;

    [Fact]
    public async Task Ten_processes_refresh_once_and_nobody_is_thrown_out()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var provider = await FakeProvider.StartAsync();
        using var upstream = new EchoUpstream();
        provider.Refresh = new RefreshRules { AccessSeconds = AccessSeconds, SingleUse = true };
        (string, string)[] settings = [.. StoreGateway.OnRedis(redis.Address), ("SESSION_REFRESH_MIN_INTERVAL", "1s")];
        var gateways = new List<GatewayProcess>();
        try
        {
            while (gateways.Count < Processes)
                gateways.Add(await StoreGateway.StartAsync(binary, provider, upstream, settings));
            var session = await StoreGateway.SessionAsync(gateways[0]);
            var age = Stopwatch.StartNew();
            provider.Refresh = provider.Refresh with { AccessSeconds = 3600 };
            Assert.All(await Task.WhenAll(gateways.Select(gateway => StoreGateway.AskAsync(gateway, session))), status => Assert.Equal(200, status));
            Assert.Equal(0, provider.Refreshes);
            await Deadline.UntilAsync(() => Task.FromResult(age.Elapsed.TotalSeconds > (AccessSeconds * 0.8) + 1), TimeSpan.FromSeconds(AccessSeconds), () => "the access token nears its end");

            var storm = await Task.WhenAll(Enumerable.Range(0, Requests).Select(i => StoreGateway.AskAsync(gateways[i % Processes], session)));
            await Deadline.UntilAsync(() => Task.FromResult(provider.Refreshes > 0), TimeSpan.FromSeconds(10), () => "a refresh");
            var later = await Task.WhenAll(Enumerable.Range(0, Requests).Select(i => StoreGateway.AskAsync(gateways[i % Processes], session)));
            await Deadline.UntilAsync(() => Task.FromResult(age.Elapsed.TotalSeconds > AccessSeconds + 2), TimeSpan.FromSeconds(AccessSeconds), () => "the old token's end is past");
            var last = await Task.WhenAll(gateways.Select(gateway => StoreGateway.AskAsync(gateway, session)));

            TestContext.Current.TestOutputHelper?.WriteLine($"{provider.Refreshes} refresh for {storm.Length + later.Length + last.Length} requests at {Processes} processes");
            Assert.All([.. storm, .. later, .. last], status => Assert.Equal(200, status));
            Assert.Equal(1, provider.Refreshes);
            Assert.DoesNotContain(provider.Logins, login => login.IsDead);
        }
        finally
        {
            foreach (var gateway in gateways)
                await gateway.DisposeAsync();
        }
    }
}
