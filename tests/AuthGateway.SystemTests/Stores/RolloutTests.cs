using System.Diagnostics;
using AuthGateway.SystemTests.Parts;

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
        await using var traffic = new SteadyTraffic([a, b], [session]);

        foreach (var replica in new[] { a, b })
        {
            await Deadline.UntilAsync(() => Task.FromResult(traffic.IsUsed(replica)), TimeSpan.FromSeconds(20), () => $"traffic on both\n{traffic}");
            Assert.True(await replica.StopAsync(), $"had to be killed\n{replica.Log}");
            await replica.StartAgainAsync();
            await replica.WaitUntilReadyAsync(TimeSpan.FromSeconds(30));
        }

        await Deadline.UntilAsync(() => Task.FromResult(traffic.IsUsed(a) && traffic.IsUsed(b)), TimeSpan.FromSeconds(20), () => $"traffic on both again\n{traffic}");
        await traffic.StopAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"two replicas replaced one after the other under load: {traffic}");
        Assert.Empty(traffic.Failures);
        Assert.True(traffic.Good > 500);
    }

    /// <summary>For <c>AUTHGATEWAY_ROLLOUT_REPLICAS</c>: that many, each replaced while the provider holds its answers up; the default is 2, and one is replaced.</summary>
    [Fact]
    public async Task Rollout_while_the_provider_needs_25_s_for_each_refresh_loses_no_request_and_no_login()
    {
        var isLong = int.TryParse(Environment.GetEnvironmentVariable("AUTHGATEWAY_ROLLOUT_REPLICAS"), out var count);
        await using var redis = await RedisServer.StartAsync();
        await using var provider = await FakeProvider.StartAsync();
        provider.Refresh = new RefreshRules { AccessSeconds = 5, SingleUse = true };
        using var upstream = new EchoUpstream();
        var replicas = new List<GatewayProcess>();
        try
        {
            while (replicas.Count < (isLong ? count : 2))
                replicas.Add(await StoreGateway.StartAsync(binary, provider, upstream, [.. StoreGateway.OnRedis(redis.Address, delay: "5"), ("SESSION_REFRESH_MIN_INTERVAL", "1s")]));
            var sessions = new List<string>();
            while (sessions.Count < 6)
                sessions.Add(await StoreGateway.SessionAsync(replicas[0]));
            // The token is used up there whether anybody waits for the answer or not.
            provider.Faults["token"] = async _ =>
            {
                await Task.Delay(TimeSpan.FromSeconds(25));
                return false;
            };
            // All of them at the first replica, which is told to end while it waits.
            var calls = provider.Count("token");
            await Deadline.UntilAsync(
                async () => (await Task.WhenAll(sessions.Select(session => StoreGateway.AskAsync(replicas[0], session)))).All(status => status == 200) && provider.Count("token") == calls + sessions.Count,
                TimeSpan.FromSeconds(20), () => "six refreshes are under way");
            await using var traffic = new SteadyTraffic(replicas, sessions);
            foreach (var replica in isLong ? replicas : replicas[..1])
                await ReplaceAsync(replica, traffic, atLeast: replica == replicas[0] ? 10 : 4);

            provider.Faults.Clear();
            var before = provider.Refreshes;
            await Deadline.UntilAsync(() => Task.FromResult(provider.Refreshes >= before + sessions.Count), TimeSpan.FromSeconds(60), () => $"everybody is refreshed again\n{traffic}");
            await traffic.StopAsync();
            TestContext.Current.TestOutputHelper?.WriteLine($"{replicas.Count} replicas, refreshes of 25 s: {traffic}, {provider.Refreshes} refreshes, lost {provider.Logins.Count(login => login.IsDead)}");
            Assert.Empty(traffic.Failures);
            Assert.DoesNotContain(provider.Logins, login => login.IsDead);
        }
        finally
        {
            foreach (var replica in replicas)
                await replica.DisposeAsync();
        }
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

    /// <summary>SIGTERM, the end of what is under way, and the next process.</summary>
    private static async Task ReplaceAsync(GatewayProcess replica, SteadyTraffic traffic, int atLeast)
    {
        await Deadline.UntilAsync(() => Task.FromResult(traffic.IsUsed(replica)), TimeSpan.FromSeconds(60), () => $"traffic on it\n{traffic}");
        var clock = Stopwatch.StartNew();
        Assert.True(await replica.StopAsync(), $"had to be killed\n{replica.Log}");
        TestContext.Current.TestOutputHelper?.WriteLine($"ended after {clock.Elapsed.TotalSeconds:0.0} s");
        Assert.InRange(clock.Elapsed.TotalSeconds, atLeast, 30);
        Assert.DoesNotContain("broken off", replica.Log, StringComparison.Ordinal);
        await replica.StartAgainAsync();
        await replica.WaitUntilReadyAsync(TimeSpan.FromSeconds(30));
    }
}
