using AuthGateway.Sessions.Store;
using AuthGateway.SystemTests.Parts;
using AuthGateway.Testing.Stores;

namespace AuthGateway.SystemTests.Stores;

/// <summary>What a login, a request and a logout get for each fault of a real redis-server; afterwards everything is as before.</summary>
public sealed class RedisFaultTests : IAsyncLifetime
{
    private RedisServer _redis = null!;
    private GatewayRig _rig = null!;
    private StoreProbe _probe = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync("--appendonly", "yes");
        _rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string>
        {
            ["SESSION_STORE_TYPE"] = "redis",
            ["SESSION_STORE_REDIS_ADDR"] = _redis.Address,
            ["SHUTDOWN_DELAY"] = "off",
        });
        _probe = await StoreProbe.PrepareAsync(_rig);
    }

    public async ValueTask DisposeAsync()
    {
        await _rig.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [Fact]
    public async Task Down()
    {
        await _redis.StopAsync();

        Assert.Equal(new StoreAnswers(Held: 200, Stored: 503, Login: 503, Logout: 503), await _probe.AskAsync());

        await _redis.StartAgainAsync();
        await ExpectHealedAsync();
    }

    [Fact]
    public async Task Hanging()
    {
        await _redis.SignalAsync("STOP");

        Assert.Equal(new StoreAnswers(Held: 200, Stored: 503, Login: 503, Logout: 503), await _probe.AskAsync());

        await _redis.SignalAsync("CONT");
        await ExpectHealedAsync();
    }

    [Fact]
    public async Task Out_of_memory_without_eviction()
    {
        await _redis.CommandAsync("CONFIG SET maxmemory 1");

        Assert.Equal(new StoreAnswers(Held: 200, Stored: 200, Login: 503, Logout: 201), await _probe.AskAsync());
        await ExpectSentenceAsync("is out of memory");

        await _redis.CommandAsync("CONFIG SET maxmemory 0");
        await ExpectHealedAsync();
    }

    [Fact]
    public async Task Read_only_replica()
    {
        await _redis.CommandAsync($"REPLICAOF 127.0.0.1 {Ports.Free()}");

        var answers = await _probe.AskAsync();

        // Read or not, as the library finds a server for it; a logout is taken where the session can be read.
        Assert.Contains(answers, new[] { new StoreAnswers(200, 200, 503, 201), new StoreAnswers(200, 503, 503, 503), new StoreAnswers(200, 200, 503, 503), new StoreAnswers(200, 503, 503, 201) });
        await _redis.CommandAsync("REPLICAOF NO ONE");
        await ExpectHealedAsync();
    }

    [Fact]
    public async Task Disk_of_redis_lost()
    {
        await _redis.CommandAsync("CONFIG SET appendonly no");
        await _redis.CommandAsync("CONFIG SET save \"3600 1\"");
        Directory.Delete(_redis.FolderPath, recursive: true);
        await Deadline.UntilAsync(
            async () =>
            {
                await _redis.CommandAsync("BGSAVE");
                return (await _redis.CommandAsync("INFO persistence")).Contains("rdb_last_bgsave_status:err", StringComparison.Ordinal);
            },
            TimeSpan.FromSeconds(20),
            () => _redis.Log,
            200);

        Assert.Equal(new StoreAnswers(Held: 200, Stored: 200, Login: 503, Logout: 201), await _probe.AskAsync());
        await ExpectSentenceAsync("cannot write its data to disk");

        Directory.CreateDirectory(_redis.FolderPath);
        await _redis.CommandAsync("CONFIG SET save \"\"");
        await ExpectHealedAsync();
        await _probe.ExpectLogoutArrivesAsync();
    }

    [Fact]
    public async Task Newer_release_wrote_the_keys()
    {
        var key = (await _redis.CommandAsync("KEYS *layout")).Split("\r\n").Single(line => line.EndsWith("layout", StringComparison.Ordinal));
        await _redis.CommandAsync($"SET {key} 99");

        await Deadline.UntilAsync(async () => (await CheckAsync()).Contains("newer release", StringComparison.Ordinal), TimeSpan.FromSeconds(5), () => "said");

        await _redis.CommandAsync($"SET {key} 1");
        Assert.Equal("", await CheckAsync());
    }

    [Fact]
    public async Task Eviction_is_a_login_and_never_somebody_else()
    {
        var people = Enumerable.Range(0, 30).Select(i => new ProviderUser($"sub-{i}", $"user-{i}@example.test")).ToArray();
        var sessions = new List<string>();
        foreach (var person in people)
            sessions.Add(_rig.SessionOf(await _rig.LogInAsync(person)));
        var store = _rig.Server.Services.GetRequiredService<ISessionStore>();
        var used = (await _redis.CommandAsync("INFO memory")).Split("\r\n").Single(line => line.StartsWith("used_memory:", StringComparison.Ordinal))["used_memory:".Length..];
        await _redis.CommandAsync("CONFIG SET maxmemory-policy allkeys-random");
        await _redis.CommandAsync($"CONFIG SET maxmemory {long.Parse(used, null) + 400_000}");
        for (var i = 0; i < 400; i++)
            await store.InsertAsync(Rows.New("filler-" + i) with { Sealed = new byte[5000] }, Cancel);

        await _rig.RestartAsync();
        var (alive, gone) = (0, 0);
        foreach (var (person, session) in people.Zip(sessions))
        {
            var status = await _probe.RequestAsync(session);
            if (status == 200)
                Assert.Equal(person.Email, _rig.Upstream.Last.Header("kubeflow-userid"));
            else
                Assert.Equal(401, status);
            (alive, gone) = status == 200 ? (alive + 1, gone) : (alive, gone + 1);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"of 30 sessions {gone} were evicted and {alive} live");
        Assert.True(gone > 0, "nothing was evicted");
        await Deadline.UntilAsync(() => Task.FromResult(_rig.Log.Lines.Any(line => line.Contains("throws keys away", StringComparison.Ordinal))), TimeSpan.FromSeconds(5), () => "the warning about eviction");
    }

    private async Task ExpectHealedAsync()
    {
        await Deadline.UntilAsync(async () => await _probe.LogInAsync() == 200, TimeSpan.FromSeconds(20), () => $"logins again\n{_rig.Log.Text}", 200);
        Assert.Equal(200, await _probe.RequestAsync(_probe.Stored));
        Assert.Equal(200, await _probe.RequestAsync(_probe.Held));
    }

    private async Task ExpectSentenceAsync(string words) => Assert.Contains(words, await InsertAsync(), StringComparison.Ordinal);

    private Task<string> InsertAsync() => SentenceOfAsync(store => store.InsertAsync(Rows.New(), Cancel));

    private Task<string> CheckAsync() => SentenceOfAsync(store => store.CheckAsync(Cancel));

    private async Task<string> SentenceOfAsync(Func<ISessionStore, Task> ask)
    {
        try
        {
            await ask(_rig.Server.Services.GetRequiredService<ISessionStore>());
            return "";
        }
        catch (StoreUnavailableException e)
        {
            return e.Message;
        }
    }
}
