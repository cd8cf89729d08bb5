using System.Diagnostics;
using AuthGateway.SystemTests.Parts;

namespace AuthGateway.SystemTests.Stores;

/// <summary>Two gateway processes on one redis-server.</summary>
public sealed class ReplicaProcessTests(GatewayBinary binary) : IAsyncLifetime
{
    private readonly EchoUpstream _upstream = new();
    private FakeProvider _provider = null!;
    private RedisServer _redis = null!;
    private GatewayProcess _a = null!;
    private GatewayProcess _b = null!;

    public async ValueTask InitializeAsync()
    {
        _provider = await FakeProvider.StartAsync();
        _redis = await RedisServer.StartAsync("--appendonly", "yes");
        try
        {
            _a = await StoreGateway.StartAsync(binary, _provider, _upstream, [.. StoreGateway.OnRedis(_redis.Address), ("SESSION_REFRESH_MIN_INTERVAL", "1s")]);
            _b = await StoreGateway.StartAsync(binary, _provider, _upstream, [.. StoreGateway.OnRedis(_redis.Address), ("SESSION_REFRESH_MIN_INTERVAL", "1s")]);
        }
        catch
        {
            // Nobody disposes of a test that did not begin.
            await _redis.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _a.DisposeAsync();
        await _b.DisposeAsync();
        await _redis.DisposeAsync();
        await _provider.DisposeAsync();
        _upstream.Dispose();
    }

    [Fact]
    public async Task Logout_on_one_is_known_to_the_other_within_a_second()
    {
        var slowest = TimeSpan.Zero;
        for (var i = 0; i < 10; i++)
        {
            var session = await StoreGateway.SessionAsync(_a);
            Assert.Equal(200, await StoreGateway.AskAsync(_b, session));
            Assert.Equal(201, await StoreGateway.LogOutAsync(_a, session));
            var clock = Stopwatch.StartNew();
            await Deadline.UntilAsync(async () => await StoreGateway.AskAsync(_b, session) == 401, TimeSpan.FromSeconds(1), () => "refused on the other replica", 1);
            slowest = clock.Elapsed > slowest ? clock.Elapsed : slowest;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"refused on the other replica {slowest.TotalMilliseconds:0} ms after the logout was acknowledged, at most of 10");
    }

    /// <summary>Before the provider's rotation: the old token is still good, but nobody can know, so it is left alone.</summary>
    [Fact]
    public async Task Gateway_that_is_killed_in_a_refresh_leaves_a_session_that_the_other_serves_and_does_not_refresh()
    {
        _provider.Refresh = new RefreshRules { AccessSeconds = 4, SingleUse = true };
        var session = await StoreGateway.SessionAsync(_a);
        var calls = _provider.Count("token");
        _provider.Faults["token"] = Fault.Wait(new TaskCompletionSource().Task);
        await Deadline.UntilAsync(
            async () => await StoreGateway.AskAsync(_a, session) == 200 && _provider.Count("token") > calls, TimeSpan.FromSeconds(20), () => "its refresh is under way");
        await _a.StopAsync(9);
        _provider.Faults.Clear();
        var killed = Stopwatch.StartNew();

        while (killed.Elapsed < TimeSpan.FromSeconds(4))
            Assert.Equal(200, await StoreGateway.AskAsync(_b, session));

        Assert.Equal(calls + 1, _provider.Count("token"));
        await _a.StartAgainAsync();
        await _a.WaitUntilReadyAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(200, await StoreGateway.AskAsync(_a, session));
        Assert.False(_provider.Logins.Last().IsDead);
    }

    [Fact]
    public async Task Login_begun_on_one_ends_on_the_other()
    {
        var hosts = new Dictionary<string, Uri> { [StoreGateway.PublicHost] = StoreGateway.LoopbackOf(_a) };
        var browser = new Browser(hosts);
        var start = await browser.GetAsync(StoreGateway.PublicUrl + "/start");
        var callback = (await browser.GetAsync(start.Location!)).Location!;

        hosts[StoreGateway.PublicHost] = StoreGateway.LoopbackOf(_b);
        var (answer, _) = await browser.VisitAsync(callback);

        Assert.Equal(200, answer.Status);
        Assert.Equal(200, await StoreGateway.AskAsync(_a, browser.CookiesOf(StoreGateway.PublicHost)["authservice_session"]));
    }

    [Fact]
    public async Task Redis_that_is_killed_and_started_again_under_load_loses_no_session()
    {
        var before = await StoreGateway.SessionAsync(_a);
        var load = new LoginLoad([_a, _b]);
        await Deadline.UntilAsync(() => Task.FromResult(load.Alive.Count > 50), TimeSpan.FromSeconds(30), () => $"50 logins\n{load}");

        await _redis.StopAsync();
        await Deadline.UntilAsync(() => Task.FromResult(load.Count("login 503") > 5), TimeSpan.FromSeconds(20), () => $"logins refused\n{load}");
        Assert.Equal(200, await StoreGateway.AskAsync(_a, before));
        await _redis.StartAgainAsync();
        var (clock, good) = (Stopwatch.StartNew(), load.Count("login 200"));
        await Deadline.UntilAsync(() => Task.FromResult(load.Count("login 200") > good + 20), TimeSpan.FromSeconds(20), () => $"logins again\n{load}", 5);
        var recovery = clock.Elapsed;
        await load.StopAsync();

        TestContext.Current.TestOutputHelper?.WriteLine($"20 logins done {recovery.TotalSeconds:0.00} s after redis-server listened again; {load}");
        Assert.Equal(["login 200", "login 503", "logout 201", "logout 503", "use 200", "use 503"], load.Answers.Keys.Union(["login 200", "login 503", "logout 201", "logout 503", "use 200", "use 503"]).Order());
        foreach (var session in load.Alive.Append(before))
            Assert.Equal((200, 200), (await StoreGateway.AskAsync(_a, session), await StoreGateway.AskAsync(_b, session)));
        foreach (var session in load.Ended)
            Assert.Equal((401, 401), (await StoreGateway.AskAsync(_a, session), await StoreGateway.AskAsync(_b, session)));
    }
}
