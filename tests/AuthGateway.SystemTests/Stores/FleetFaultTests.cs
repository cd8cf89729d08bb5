using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;
using AuthGateway.SystemTests.Parts;

namespace AuthGateway.SystemTests.Stores;

/// <summary>Ten replicas on one real redis-server that fails them.</summary>
public sealed class FleetFaultTests : IAsyncLifetime
{
    private readonly ShiftedClock _clock = new();
    private readonly List<GatewayRig> _rigs = [];
    private RedisServer _redis = null!;
    private FakeProvider _provider = null!;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync("--appendonly", "yes");
        _provider = await FakeProvider.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var rig in _rigs)
            await rig.DisposeAsync();
        await _provider.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [Fact]
    public async Task Logout_notice_is_in_force_on_all_ten_while_redis_is_full_and_stays_so()
    {
        await StartAsync(10);
        var session = await _rigs[0].LogInAsync(ProviderUser.Alice, "sid-1");
        await ExpectAsync(session, 200);
        await _redis.CommandAsync("CONFIG SET maxmemory 1");

        var answer = await _rigs[3].SendTokenAsync(LogoutTokens.Make(_provider, sid: "sid-1", sub: ProviderUser.Alice.Subject));
        var took = await Deadline.UntilAsync(async () => (await StatusesAsync(session)).All(status => status == 401), TimeSpan.FromSeconds(5), () => "refused by all ten", 10);

        Assert.Equal(200, answer.Status);
        TestContext.Current.TestOutputHelper?.WriteLine($"refused by all ten {took.TotalMilliseconds:0} ms after the notice was answered");
        await _redis.CommandAsync("CONFIG SET maxmemory 0");
        await _rigs[7].RestartAsync();
        await ExpectAsync(session, 401);
    }

    [Fact]
    public async Task Session_in_memory_counts_on_all_ten_while_redis_is_away_also_when_it_changed_elsewhere()
    {
        await StartAsync(10);
        var session = await _rigs[0].LogInAsync(ProviderUser.Alice, "sid-1");
        await ExpectAsync(session, 200);
        Assert.True(SessionId.TryParse(session, out var id));
        foreach (var rig in _rigs)
            rig.Server.Services.GetRequiredService<SessionCache>().Forget(id!.Hash);
        await _redis.StopAsync();

        for (var round = 0; round < 5; round++)
            await ExpectAsync(session, 200);

        await _redis.StartAgainAsync();
        await ExpectAsync(session, 200);
    }

    [Fact]
    public async Task Silence_of_redis_has_a_bound_then_503_and_sockets_are_closed()
    {
        await StartAsync(10);
        var session = await _rigs[0].LogInAsync(ProviderUser.Alice, "sid-1");
        await ExpectAsync(session, 200);
        using var socket = await OpenSocket.ConnectAsync(_rigs[0], session);
        await _redis.StopAsync();
        await Deadline.UntilAsync(async () => (await _rigs[0].ProbeAsync("/readyz")).Text.Contains("cannot be reached", StringComparison.Ordinal), TimeSpan.FromSeconds(20), () => "Redis is known to be away");
        _clock.Advance(TimeSpan.FromMinutes(14));
        await ExpectAsync(session, 200);

        _clock.Advance(TimeSpan.FromMinutes(2));

        await Deadline.UntilAsync(async () => (await StatusesAsync(session)).All(status => status == 503), TimeSpan.FromSeconds(20), () => "503 after the bound\n" + _rigs[0].Log.Text);
        await socket.Ended.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        await _redis.StartAgainAsync();
        await Deadline.UntilAsync(async () => (await StatusesAsync(session)).All(status => status == 200), TimeSpan.FromSeconds(20), () => "served again\n" + _rigs[0].Log.Text);
    }

    [Fact]
    public async Task Session_in_use_is_not_idle_because_its_uses_could_not_be_written()
    {
        await StartAsync(10, ("SESSION_IDLE_TIMEOUT", "10m"));
        var idle = await _rigs[0].LogInAsync(ProviderUser.Bob, "sid-2");
        _clock.Advance(TimeSpan.FromMinutes(12));
        var used = await _rigs[0].LogInAsync(ProviderUser.Alice, "sid-1");
        foreach (var rig in _rigs)
            rig.Server.Services.GetRequiredService<StoreHealth>().Up();
        await _redis.CommandAsync("CONFIG SET maxmemory 1");
        foreach (var rig in _rigs)
            await Deadline.UntilAsync(async () => (await rig.ProbeAsync("/readyz")).Text.Contains("out of memory", StringComparison.Ordinal), TimeSpan.FromSeconds(20), () => "full is known");

        for (var i = 0; i < 6; i++)
        {
            _clock.Advance(TimeSpan.FromMinutes(5));
            Assert.Equal(200, await _rigs[0].StatusAsync(used));
        }

        Assert.All(await StatusesAsync(used), status => Assert.Equal(200, status));
        Assert.Equal(401, await _rigs[1].StatusAsync(idle));
        var before = await LastUseAsync(used);
        await _redis.CommandAsync("CONFIG SET maxmemory 0");
        await Deadline.UntilAsync(async () => await LastUseAsync(used) - before > TimeSpan.FromMinutes(25), TimeSpan.FromSeconds(90), () => "the kept use is written\n" + _rigs[0].Log.Text, 200);
        await ExpectAsync(used, 200);
    }

    [Fact]
    public async Task Full_redis_leaves_all_ready_and_an_operator_may_stay_ready_without_any()
    {
        await StartAsync(9);
        await StartAsync(1, ("READY_WITHOUT_STORE", "true"));
        await _redis.CommandAsync("CONFIG SET maxmemory 1");
        foreach (var rig in _rigs)
            await Deadline.UntilAsync(async () => (await rig.ProbeAsync("/readyz")).Text.Contains("out of memory", StringComparison.Ordinal), TimeSpan.FromSeconds(20), () => "full is said");
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(string.Concat(Enumerable.Repeat("200 ", 9)) + "200", await ReadyAsync());

        // A login could not be stored: nobody is sent to type a password in vain.
        var visit = await _rigs[0].SendAsync("GET", "/start", "Accept: text/html", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document");
        Assert.Equal(503, visit.Status);

        await _redis.StopAsync();
        foreach (var rig in _rigs)
            await Deadline.UntilAsync(async () => (await rig.ProbeAsync("/readyz")).Text.Contains("cannot be reached", StringComparison.Ordinal), TimeSpan.FromSeconds(20), () => "away is said");
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(string.Concat(Enumerable.Repeat("503 ", 9)) + "200", await ReadyAsync());
        _clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(string.Concat(Enumerable.Repeat("503 ", 9)) + "503", await ReadyAsync());
    }

    [Fact]
    public async Task Page_of_a_503_names_neither_address_nor_setting_of_the_store()
    {
        await StartAsync(2);
        var session = await _rigs[0].LogInAsync(ProviderUser.Alice, "sid-1");
        await _redis.StopAsync();

        var page = await _rigs[1].SendAsync("GET", "/app", "Accept: text/html", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document", "Cookie: authservice_session=" + session);
        var text = await _rigs[1].SendAsync("GET", "/app", "Accept: application/json", "Cookie: authservice_session=" + session);
        var verify = await _rigs[1].SendAsync("GET", "/authservice/userinfo", "Accept: application/json", "Cookie: authservice_session=" + session);
        var (login, _) = await _rigs[1].NewBrowser().VisitAsync(_rigs[1].PublicUrl + "/start");

        Assert.All([page, text, verify, login], answer =>
        {
            Assert.Equal(503, answer.Status);
            Assert.DoesNotContain(_redis.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), answer.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("SESSION_", answer.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("Redis", answer.Text, StringComparison.OrdinalIgnoreCase);
        });
        Assert.Contains("session store", page.Text, StringComparison.Ordinal);
        await Deadline.UntilAsync(async () => (await _rigs[1].ProbeAsync("/readyz")).Text.Contains(_redis.Address, StringComparison.Ordinal), TimeSpan.FromSeconds(20), () => "the operator is told where");
        Assert.Contains(_redis.Address, _rigs[1].Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_of_a_503_at_the_check_listener_names_neither_address_nor_setting_of_the_store()
    {
        await StartAsync(1);
        var session = await _rigs[0].LogInAsync(ProviderUser.Alice, "sid-1");
        var settings = new Dictionary<string, string> { ["SESSION_STORE_TYPE"] = "redis", ["SESSION_STORE_REDIS_ADDR"] = _redis.Address, ["SHUTDOWN_DELAY"] = "off" };
        var check = await GatewayRig.StartAsync(GatewayMode.ExtAuthz, settings, _clock, _provider);
        _rigs.Add(check);
        await _redis.StopAsync();

        var page = await check.SendAsync("GET", "/app", "Accept: text/html", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document", "Cookie: authservice_session=" + session);
        var text = await check.SendAsync("GET", "/app", "Accept: application/json", "Cookie: authservice_session=" + session);

        // A check that is not 2xx is a refusal to Envoy; a navigation gets the page with 403.
        Assert.All([page, text], answer =>
        {
            Assert.Contains(answer.Status, new[] { 403, 503 });
            Assert.DoesNotContain(_redis.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), answer.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("SESSION_", answer.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("Redis", answer.Text, StringComparison.OrdinalIgnoreCase);
        });
        Assert.Contains("session store", page.Text, StringComparison.Ordinal);
    }

    private async Task StartAsync(int count, params (string Name, string Value)[] more)
    {
        var settings = new Dictionary<string, string> { ["SESSION_STORE_TYPE"] = "redis", ["SESSION_STORE_REDIS_ADDR"] = _redis.Address, ["SHUTDOWN_DELAY"] = "off" };
        foreach (var (name, value) in more)
            settings[name] = value;
        for (var i = 0; i < count; i++)
            _rigs.Add(await GatewayRig.StartAsync(settings: settings, clock: _clock, provider: _provider));
    }

    private async Task<string> ReadyAsync() => string.Join(' ', await Task.WhenAll(_rigs.Select(async rig => (await rig.ProbeAsync("/readyz")).Status)));

    private Task<int[]> StatusesAsync(string session) => Task.WhenAll(_rigs.Select(rig => rig.StatusAsync(session)));

    private async Task ExpectAsync(string session, int status) => Assert.Equal(Enumerable.Repeat(status, _rigs.Count), await StatusesAsync(session));

    private async Task<DateTimeOffset> LastUseAsync(string session)
    {
        Assert.True(SessionId.TryParse(session, out var id));
        return (await _rigs[1].Server.Services.GetRequiredService<ISessionStore>().FindAsync(id!.Hash, CancellationToken.None))!.LastUsedAt;
    }
}
