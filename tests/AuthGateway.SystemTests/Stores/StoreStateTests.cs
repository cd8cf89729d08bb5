using AuthGateway.Sessions;
using AuthGateway.SystemTests.Parts;
using AuthGateway.Tests.BackChannel;
using AuthGateway.Tests.Rig;

namespace AuthGateway.SystemTests.Stores;

/// <summary>Two replicas on a real redis-server in each state: every operation gets the answer of the table, and afterwards all is as before.</summary>
public sealed class StoreStateTests : IAsyncLifetime
{
    private readonly ShiftedClock _clock = new();
    private readonly CancellationTokenSource _calm = new();
    private RedisServer _redis = null!;
    private FakeProvider _provider = null!;
    private GatewayRig _a = null!;
    private GatewayRig _b = null!;
    private Task _pauses = Task.CompletedTask;

    public static TheoryData<string> States => [.. StoreState.All.Select(state => state.Name)];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync("--appendonly", "yes");
        _provider = await FakeProvider.StartAsync();
        _a = await StartAsync();
        _b = await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _calm.CancelAsync();
        await _pauses;
        await _a.DisposeAsync();
        await _b.DisposeAsync();
        await _provider.DisposeAsync();
        await _redis.DisposeAsync();
        _calm.Dispose();
    }

    [Fact]
    public void Table_is_the_one_of_the_docs()
    {
        var docs = File.ReadAllText(RepositoryFolder.PathOf("docs", "session-stores.md"));

        Assert.All(StoreState.All, state => Assert.Contains(state.Row, docs, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(States))]
    public async Task Every_operation_gets_its_answer(string name)
    {
        var expected = StoreState.All.Single(state => state.Name == name);
        var stored = await _b.LogInAsync(ProviderUser.Alice, "sid-stored");
        var (held, again) = (await _a.LogInAsync(ProviderUser.Alice, "sid-held"), await _a.LogInAsync(ProviderUser.Alice, "sid-again"));
        var (leaving, noticed) = (await _a.LogInAsync(ProviderUser.Bob, "sid-leaving"), await _a.LogInAsync(ProviderUser.Bob, "sid-noticed"));
        Assert.Equal((200, 200), (await _b.StatusAsync(leaving), await _b.StatusAsync(noticed)));

        await BeginAsync(name);
        Assert.True(SessionId.TryParse(again, out var id));
        _a.Server.Services.GetRequiredService<SessionCache>().Forget(id!.Hash);
        var seen = new StoreState(
            name,
            await _a.StatusAsync(held), await _a.StatusAsync(again), await _a.StatusAsync(stored),
            (await _a.NewBrowser().VisitAsync(_a.PublicUrl + "/start")).Answer.Status,
            await EndAsync(() => _a.SendAsync("POST", "/authservice/logout", "Authorization: Bearer " + leaving, "Content-Length: 0"), leaving),
            await EndAsync(() => _a.SendTokenAsync(LogoutTokens.Make(_provider, sid: "sid-noticed", sub: ProviderUser.Bob.Subject)), noticed),
            await TakeOnceAsync(),
            await ReadyAsync(expected.Sentence),
            expected.Sentence);

        Assert.Equal(expected, seen);
        Assert.Equal((401, 401), (await _a.StatusAsync(leaving), await _a.StatusAsync(noticed)));
        await EndAsync(name);
        await Poll.UntilAsync(async () => await _b.StatusAsync(leaving) == 401 && await _b.StatusAsync(noticed) == 401, TimeSpan.FromSeconds(20), () => "both ends are known elsewhere\n" + _a.Log.Text);
        await Poll.UntilAsync(async () => (await _a.NewBrowser().VisitAsync(_a.PublicUrl + "/start")).Answer.Status == 200, TimeSpan.FromSeconds(20), () => "logins again", 200);
        await ExpectRowsGoneAsync(leaving, noticed);
        Assert.Equal((200, 200, 200), (await _a.StatusAsync(held), await _a.StatusAsync(again), await _a.StatusAsync(stored)));
        await _b.RestartAsync();
        Assert.Equal((401, 401, 200), (await _b.StatusAsync(leaving), await _b.StatusAsync(noticed), await _b.StatusAsync(held)));
    }

    [Fact]
    public async Task Restarted_empty_is_a_login_for_everybody_at_every_replica_within_a_second()
    {
        await _redis.CommandAsync("CONFIG SET appendonly no");
        var session = await _a.LogInAsync(ProviderUser.Alice, "sid-1");
        Assert.Equal(200, await _b.StatusAsync(session));
        await _redis.StopAsync();
        foreach (var file in Directory.GetDirectories(_redis.FolderPath))
            Directory.Delete(file, recursive: true);

        await _redis.StartAgainAsync();

        await Poll.UntilAsync(async () => await _a.StatusAsync(session) == 401 && await _b.StatusAsync(session) == 401, TimeSpan.FromSeconds(10), () => "the session ends\n" + _a.Log.Text);
        Assert.Equal(200, await _a.StatusAsync(await _a.LogInAsync(ProviderUser.Alice, "sid-2")));
    }

    private Task<GatewayRig> StartAsync() => GatewayRig.StartAsync(
        settings: new Dictionary<string, string> { ["SESSION_STORE_TYPE"] = "redis", ["SESSION_STORE_REDIS_ADDR"] = _redis.Address, ["SHUTDOWN_DELAY"] = "off" },
        clock: _clock,
        provider: _provider);

    private async Task BeginAsync(string state)
    {
        switch (state)
        {
            case "away":
                await _redis.StopAsync();
                break;
            case "silent":
                await _redis.SignalAsync("STOP");
                break;
            case "full":
                await _redis.CommandAsync("CONFIG SET maxmemory 1");
                break;
            case "read-only":
                await _redis.CommandAsync("CONFIG SET min-replicas-to-write 1");
                break;
            case "disk lost":
                await LoseDiskAsync();
                break;
            default:
                _pauses = PauseAsync();
                break;
        }
    }

    private async Task EndAsync(string state)
    {
        switch (state)
        {
            case "away":
                await _redis.StartAgainAsync();
                break;
            case "silent":
                await _redis.SignalAsync("CONT");
                break;
            case "full":
                await _redis.CommandAsync("CONFIG SET maxmemory 0");
                break;
            case "read-only":
                await _redis.CommandAsync("CONFIG SET min-replicas-to-write 0");
                break;
            case "disk lost":
                Directory.CreateDirectory(_redis.FolderPath);
                await _redis.CommandAsync("CONFIG SET save \"\"");
                break;
            default:
                await _calm.CancelAsync();
                await _pauses;
                break;
        }
    }

    private async Task LoseDiskAsync()
    {
        await _redis.CommandAsync("CONFIG SET appendonly no");
        await _redis.CommandAsync("CONFIG SET save \"3600 1\"");
        Directory.Delete(_redis.FolderPath, recursive: true);
        await Poll.UntilAsync(
            async () =>
            {
                await _redis.CommandAsync("BGSAVE");
                return (await _redis.CommandAsync("INFO persistence")).Contains("rdb_last_bgsave_status:err", StringComparison.Ordinal);
            },
            TimeSpan.FromSeconds(20), () => _redis.Log, 200);
    }

    /// <summary>Every answer of Redis comes up to 200 ms late.</summary>
    private async Task PauseAsync()
    {
        while (!_calm.IsCancellationRequested)
        {
            await _redis.CommandAsync("CLIENT PAUSE 200 ALL");
        }
    }

    private async Task<(int, bool)> EndAsync(Func<Task<RawResponse>> end, string session)
    {
        var status = (await end()).Status;
        try
        {
            await Deadline.UntilAsync(async () => await _b.StatusAsync(session) == 401, "ended elsewhere", seconds: 2);
            return (status, true);
        }
        catch (Exception)
        {
            return (status, false);
        }
    }

    /// <summary>What waited for Redis is written.</summary>
    private async Task ExpectRowsGoneAsync(params string[] sessions)
    {
        var hashes = sessions.Select(session => SessionId.TryParse(session, out var id) ? id!.Hash : default).ToArray();
        var store = _b.Server.Services.GetRequiredService<ISessionStore>();
        await Poll.UntilAsync(async () => (await store.FindLiveAsync(hashes, Cancel)).Count == 0, TimeSpan.FromSeconds(20), () => "the ends are written\n" + _a.Log.Text);
    }

    private async Task<int> TakeOnceAsync()
    {
        try
        {
            return await _a.Server.Services.GetRequiredService<ISessionStore>().TakeOnceAsync(OncePurpose.Callback, OnceId.Of("attempt"), TimeSpan.FromMinutes(1), Cancel) ? 200 : 400;
        }
        catch (StoreUnavailableException)
        {
            return 503;
        }
    }

    /// <summary>After 30 s and more of it.</summary>
    private async Task<int> ReadyAsync(string sentence)
    {
        await Poll.UntilAsync(async () => (await _a.ProbeAsync("/readyz")).Text.Contains(sentence, StringComparison.Ordinal), TimeSpan.FromSeconds(20), () => $"'{sentence}' in /readyz\n{_a.Log.Text}", 200);
        Assert.Contains(sentence, _a.Log.Text, StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromSeconds(31));
        return (await _a.ProbeAsync("/readyz")).Status;
    }
}
