using System.Diagnostics;
using AuthGateway.SystemTests.Parts;
using AuthGateway.Tests.Rig;

namespace AuthGateway.SystemTests.Stores;

/// <summary>What users notice of a replacement: two replicas on Redis nothing, one on SQLite a moment.</summary>
public sealed class RolloutTests(GatewayBinary binary)
{
    [Fact]
    public async Task Rollout_of_two_replicas_loses_no_request()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var provider = await FakeProvider.StartAsync();
        using var upstream = new EchoUpstream();
        var settings = StoreGateway.OnRedis(redis.Address, delay: "2");
        await using var a = await StoreGateway.StartAsync(binary, provider, upstream, settings);
        await using var b = await StoreGateway.StartAsync(binary, provider, upstream, settings);
        var session = await StoreGateway.SessionAsync(a);
        await using var traffic = new SteadyTraffic([a, b], session);

        foreach (var replica in new[] { a, b })
        {
            await Poll.UntilAsync(() => Task.FromResult(traffic.IsUsed(replica)), TimeSpan.FromSeconds(20), () => $"traffic on both\n{traffic}");
            Assert.True(await replica.StopAsync(), $"had to be killed\n{replica.Log}");
            await replica.StartAgainAsync();
            await replica.WaitUntilReadyAsync(TimeSpan.FromSeconds(30));
        }

        await Poll.UntilAsync(() => Task.FromResult(traffic.IsUsed(a) && traffic.IsUsed(b)), TimeSpan.FromSeconds(20), () => $"traffic on both again\n{traffic}");
        await traffic.StopAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"two replicas replaced one after the other under load: {traffic}");
        Assert.Empty(traffic.Failures);
        Assert.True(traffic.Good > 500);
    }

    [Fact]
    public async Task One_replica_on_sqlite_is_ready_again_within_three_seconds_of_the_stop_as_a_rule()
    {
        await using var provider = await FakeProvider.StartAsync();
        using var upstream = new EchoUpstream();
        await using var gateway = await StoreGateway.StartAsync(binary, provider, upstream);
        var session = await StoreGateway.SessionAsync(gateway);
        var times = new List<TimeSpan>();
        for (var i = 0; i < 5; i++)
        {
            var clock = Stopwatch.StartNew();
            Assert.True(await gateway.StopAsync());
            await gateway.StartAgainAsync();
            await gateway.WaitUntilReadyAsync(TimeSpan.FromSeconds(20));
            times.Add(clock.Elapsed);
            Assert.Equal(200, await StoreGateway.AskAsync(gateway, session));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"stop to ready again: {string.Join(", ", times.Select(time => $"{time.TotalSeconds:0.00} s"))}");
        Assert.InRange(times.Order().ElementAt(2).TotalSeconds, 0, 3);
    }
}
