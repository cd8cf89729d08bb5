using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;
using AuthGateway.Testing.Stores;

namespace AuthGateway.Tests.Sessions;

public sealed class SessionLimitsTests
{
    [Fact]
    public async Task Login_beyond_the_users_limit_ends_the_least_recently_used_one()
    {
        await using var rig = await GatewayRig.StartAsync();
        var first = rig.SessionOf(await rig.LogInAsync());
        var store = rig.SharedServices.GetRequiredService<ISessionStore>();
        var rows = Enumerable.Range(0, SessionLimits.PerUser - 1).Select(i => Rows.New() with { Issuer = rig.Provider.Issuer, LastUsedAt = DateTimeOffset.UtcNow.AddMinutes(1) });
        await Task.WhenAll(rows.Select(row => store.InsertAsync(row, TestContext.Current.CancellationToken)));
        Assert.Equal(200, await AskAsync(rig, first));

        var last = rig.SessionOf(await rig.LogInAsync());

        Assert.Equal(401, await AskAsync(rig, first));
        Assert.Equal(200, await AskAsync(rig, last));
        Assert.Equal(SessionLimits.PerUser, (await store.ListAsync(new SessionFilter { Subject = "sub-alice" }, 5000, TestContext.Current.CancellationToken)).Count);
    }

    [Fact]
    public async Task New_login_is_never_the_surplus_whatever_clock_wrote_the_others()
    {
        await using var rig = await GatewayRig.StartAsync();
        var store = rig.SharedServices.GetRequiredService<ISessionStore>();
        var rows = Enumerable.Range(0, SessionLimits.PerUser).Select(i => Rows.New() with { Issuer = rig.Provider.Issuer, LastUsedAt = DateTimeOffset.UtcNow.AddMinutes(1) });
        await Task.WhenAll(rows.Select(row => store.InsertAsync(row, TestContext.Current.CancellationToken)));

        var session = rig.SessionOf(await rig.LogInAsync());

        Assert.Equal(200, await AskAsync(rig, session));
        Assert.Equal(SessionLimits.PerUser, (await store.ListAsync(new SessionFilter { Subject = "sub-alice" }, 5000, TestContext.Current.CancellationToken)).Count);
    }

    [Fact]
    public void Session_of_more_than_a_mebibyte_is_refused_with_a_sentence()
    {
        var e = Assert.Throws<StoreUnavailableException>(() => SessionLimits.CheckSize(Rows.New() with { Sealed = new byte[SessionLimits.SealedBytes + 1] }));

        Assert.Contains("fewer claims", e.Message, StringComparison.Ordinal);
        SessionLimits.CheckSize(Rows.New() with { Sealed = new byte[SessionLimits.SealedBytes] });
    }

    [Fact]
    public async Task Session_that_is_idle_here_and_in_use_on_another_replica_lives()
    {
        using var redis = new GarnetRedis();
        var clock = new ShiftedClock();
        var settings = new Dictionary<string, string>
        {
            ["SESSION_STORE_TYPE"] = "redis",
            ["SESSION_STORE_REDIS_ADDR"] = redis.Address,
            ["SESSION_IDLE_TIMEOUT"] = "10m",
            ["SHUTDOWN_DELAY"] = "off",
        };
        await using var rig = await GatewayRig.StartAsync(settings: settings, clock: clock);
        var session = rig.SessionOf(await rig.LogInAsync());
        var store = rig.SharedServices.GetRequiredService<ISessionStore>();
        clock.Advance(TimeSpan.FromMinutes(9));
        Assert.True(SessionId.TryParse(session, out var id));
        await store.TouchAsync([new(id!.Hash, clock.GetUtcNow())], TestContext.Current.CancellationToken);

        clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(200, await AskAsync(rig, session));

        clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(401, await AskAsync(rig, session));
    }

    private static async Task<int> AskAsync(GatewayRig rig, string session) =>
        (await rig.SendAsync("GET", "/app", "Accept: application/json", "Cookie: authservice_session=" + session)).Status;
}
