using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Tests.Sessions;

/// <summary>Two replicas on one Redis: what one of them concludes from its clock or its memory ends no session that the other serves.</summary>
public sealed class WrongClockTests(GarnetRedis redis) : IClassFixture<GarnetRedis>
{
    private readonly string _prefix = $"test-{Guid.NewGuid():N}:";

    [Theory]
    [InlineData("SESSION_MAX_AGE", "1d", 25 * 60)]
    [InlineData("SESSION_IDLE_TIMEOUT", "10m", 11)]
    public async Task Replica_whose_clock_is_ahead_ends_a_session_in_itself_alone(string name, string value, int minutesAhead)
    {
        var clock = new ShiftedClock();
        await using var a = await StartAsync(name, value);
        await using var b = await StartAsync(name, value, clock, a.Provider);
        var session = a.SessionOf(await a.LogInAsync());
        Assert.Equal(200, await StatusAsync(b, session));

        clock.Advance(TimeSpan.FromMinutes(minutesAhead));

        await Deadline.UntilAsync(async () => await StatusAsync(b, session) == 401, "it ends at the replica whose clock is ahead");
        var store = b.Server.Services.GetRequiredService<ISessionStore>();
        Assert.Equal(0, await store.DeleteExpiredAsync(clock.GetUtcNow(), 100, TestContext.Current.CancellationToken));
        // A deletion would come with the next look at the sessions, once a second.
        await Task.Delay(TimeSpan.FromSeconds(1.5), TestContext.Current.CancellationToken);
        Assert.Single(await store.ListAsync(new SessionFilter(), 10, TestContext.Current.CancellationToken));
        Assert.Equal(200, await StatusAsync(a, session));
    }

    [Fact]
    public async Task Replica_that_knows_that_its_clock_is_wrong_ends_no_grace_for_the_others()
    {
        var clock = new ShiftedClock();
        await using var a = await StartAsync("PROVIDER_OUTAGE_GRACE", "600");
        await using var b = await StartAsync("PROVIDER_OUTAGE_GRACE", "600", clock, a.Provider);
        var session = a.SessionOf(await a.LogInAsync());
        Assert.Equal(200, await StatusAsync(b, session));
        clock.Advance(TimeSpan.FromMinutes(6));
        await Deadline.UntilAsync(() => b.Server.Services.GetRequiredService<StoreHealth>().IsClockWrong, "it knows", seconds: 30);
        var cache = b.Server.Services.GetRequiredService<SessionCache>();
        var held = cache.Walk().Single();
        held.Take(held.Content with { Version = held.Content.Version + 1, EndsAt = clock.GetUtcNow() });

        await Deadline.UntilAsync(() => cache.Count == 0, "it ended here");
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);

        Assert.Equal(200, await StatusAsync(a, session));
    }

    /// <summary>The last use that is stored is nearly as old as the time-out; the next regular write would come too late.</summary>
    [Fact]
    public async Task Session_that_another_replica_has_just_served_is_not_idle_and_one_that_none_has_served_is()
    {
        var clock = new ShiftedClock();
        var provider = await FakeProvider.StartAsync();
        provider.Clock = clock;
        await using var a = await StartAsync("SESSION_IDLE_TIMEOUT", "10m", clock, provider);
        await using var b = await StartAsync("SESSION_IDLE_TIMEOUT", "10m", clock, provider);
        var session = a.SessionOf(await a.LogInAsync());
        Assert.Equal(200, await StatusAsync(b, session));

        clock.Advance(TimeSpan.FromSeconds(590));
        Assert.Equal(200, await StatusAsync(a, session));
        clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(200, await StatusAsync(b, session));
        clock.Advance(TimeSpan.FromSeconds(601));

        Assert.Equal(401, await StatusAsync(a, session));
        Assert.Equal(401, await StatusAsync(b, session));
    }

    private Task<GatewayRig> StartAsync(string name, string value, ShiftedClock? clock = null, FakeProvider? provider = null) => GatewayRig.StartAsync(clock: clock, provider: provider, settings: new Dictionary<string, string>
    {
        ["SESSION_STORE_TYPE"] = "redis",
        ["SESSION_STORE_REDIS_ADDR"] = redis.Address,
        ["SESSION_STORE_REDIS_PREFIX"] = _prefix,
        ["SESSION_SECRET"] = "session-secret-of-both-replicas-0123456789",
        ["SHUTDOWN_DELAY"] = "off",
        [name] = value,
    });

    private static async Task<int> StatusAsync(GatewayRig rig, string session) =>
        (await rig.SendAsync("GET", "/app", "Accept: application/json", "Cookie: authservice_session=" + session)).Status;
}
