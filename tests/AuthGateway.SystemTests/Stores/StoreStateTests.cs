using AuthGateway.Cli;
using AuthGateway.Cli.Checks;
using AuthGateway.Oidc.Refresh;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;
using AuthGateway.Sessions.Store.Sqlite;
using AuthGateway.SystemTests.Parts;

namespace AuthGateway.SystemTests.Stores;

/// <summary>Two replicas on a real redis-server in each state: every operation gets the answer of the table, and afterwards all is as before.</summary>
public sealed class StoreStateTests : IAsyncLifetime
{
    private readonly ShiftedClock _clock = new();
    private RedisServer _redis = null!;
    private FakeProvider _provider = null!;
    private GatewayRig _a = null!;
    private GatewayRig _b = null!;
    private SqliteErrors _trouble = null!;

    public static TheoryData<string> States => [.. StoreState.All.Select(state => state.Name)];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync("--appendonly", "yes");
        _trouble = new SqliteErrors(_redis);
        _provider = await FakeProvider.StartAsync();
        _a = await StartAsync();
        _b = await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _trouble.DisposeAsync();
        await _a.DisposeAsync();
        await _b.DisposeAsync();
        await _provider.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [Fact]
    public void Table_is_the_one_of_the_docs()
    {
        var docs = File.ReadAllText(Repository.PathOf("docs", "session-stores.md"));

        Assert.All(StoreState.All, state => Assert.Contains(state.Row, docs, StringComparison.Ordinal));
        Assert.All(StoreStateBeside.All, state => Assert.Contains(state.Row, docs, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(States))]
    public async Task Every_operation_gets_its_answer(string name)
    {
        var expected = StoreState.All.Single(state => state.Name == name);
        var (stored, leavingStored) = (await _b.LogInAsync(ProviderUser.Alice, "sid-stored"), await _b.LogInAsync(ProviderUser.Bob, "sid-leaving-stored"));
        var (held, again) = (await _a.LogInAsync(ProviderUser.Alice, "sid-held"), await _a.LogInAsync(ProviderUser.Alice, "sid-again"));
        var (leaving, noticed) = (await _a.LogInAsync(ProviderUser.Bob, "sid-leaving"), await _a.LogInAsync(ProviderUser.Bob, "sid-noticed"));
        Assert.Equal((200, 200), (await _b.StatusAsync(leaving), await _b.StatusAsync(noticed)));

        await _trouble.BeginAsync(name);
        Assert.True(SessionId.TryParse(again, out var id));
        _a.Server.Services.GetRequiredService<SessionCache>().Forget(id!.Hash);
        var seen = new StoreState(
            name,
            await _a.StatusAsync(held), await _a.StatusAsync(again), await _a.StatusAsync(stored),
            (await _a.NewBrowser().VisitAsync(_a.PublicUrl + "/start")).Answer.Status,
            await EndAsync(() => _a.SendAsync("POST", "/authservice/logout", "Authorization: Bearer " + leaving, "Content-Length: 0"), leaving),
            (await _a.SendAsync("POST", "/authservice/logout", "Authorization: Bearer " + leavingStored, "Content-Length: 0")).Status,
            await EndAsync(() => _a.SendTokenAsync(LogoutTokens.Make(_provider, sid: "sid-noticed", sub: ProviderUser.Bob.Subject)), noticed),
            await TakeOnceAsync(),
            await ReadyAsync(expected.Sentence),
            expected.Sentence);

        Assert.Equal(expected, seen);
        Assert.Equal((401, 401), (await _a.StatusAsync(leaving), await _a.StatusAsync(noticed)));
        await _trouble.EndAsync(name);
        await Deadline.UntilAsync(async () => await _b.StatusAsync(leaving) == 401 && await _b.StatusAsync(noticed) == 401, TimeSpan.FromSeconds(20), () => "both ends are known elsewhere\n" + _a.Log.Text);
        await Deadline.UntilAsync(async () => (await _a.NewBrowser().VisitAsync(_a.PublicUrl + "/start")).Answer.Status == 200, TimeSpan.FromSeconds(20), () => "logins again", 200);
        await ExpectRowsGoneAsync(leaving, noticed);
        Assert.Equal((200, 200, 200), (await _a.StatusAsync(held), await _a.StatusAsync(again), await _a.StatusAsync(stored)));
        await _b.RestartAsync();
        Assert.Equal((401, 401, 200), (await _b.StatusAsync(leaving), await _b.StatusAsync(noticed), await _b.StatusAsync(held)));
    }

    [Theory]
    [MemberData(nameof(States))]
    public async Task What_goes_on_beside_requests_is_as_in_the_second_table(string name)
    {
        var expected = StoreStateBeside.All.Single(state => state.Name == name);
        _provider.Clock = _clock;
        var ended = await _a.LogInAsync(new ProviderUser("sub-carol", "carol@example.test"), "sid-carol");
        var held = await _a.LogInAsync(ProviderUser.Alice, "sid-held");
        _provider.Refresh = new RefreshRules { AccessSeconds = 60, SingleUse = true };
        var due = await _a.LogInAsync(ProviderUser.Bob, "sid-due");
        Assert.Equal(200, await _b.StatusAsync(ended));
        using var socket = await OpenSocket.ConnectAsync(_a, held);
        _clock.Advance(TimeSpan.FromSeconds(50));

        await _trouble.BeginAsync(name);
        var list = CommandAsync((file, output) => SessionsCommand.ListAsync([file], new SessionSelection(null, null, null, true), false, output, output, Cancel));
        var end = EndedAsync(() => CommandAsync((file, output) => SessionsCommand.EndAsync([file], new SessionSelection("carol@example.test", null, null, false), false, output, output, Cancel)), ended);
        var check = RedisCheck.LookAsync(_a.Options.Session.Redis!, TimeProvider.System, Cancel);
        Assert.Equal(200, await _a.StatusAsync(due));
        var refresher = _a.Server.Services.GetRequiredService<TokenRefresher>();
        await Deadline.UntilAsync(() => Task.FromResult(refresher.Running == 0), TimeSpan.FromSeconds(30), () => "the attempt is over\n" + _a.Log.Text);
        var findings = await check;
        var found = findings.Any(finding => expected.Check.Length > 0 && finding.Problem.Contains(expected.Check, StringComparison.Ordinal)) ? expected.Check : string.Join(' ', findings.Select(finding => finding.Problem));
        var seen = new StoreStateBeside(name, _provider.Refreshes == 1, !socket.Ended.IsCompleted, await list, await end, found);

        Assert.Equal(expected, seen);
        await _trouble.EndAsync(name);
        await Deadline.UntilAsync(
            async () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                return await _a.StatusAsync(due) == 200 && _provider.Refreshes == 1;
            },
            TimeSpan.FromSeconds(30), () => "refreshed afterwards\n" + _a.Log.Text, 200);
        Assert.False(socket.Ended.IsCompleted);
        Assert.Equal(201, (await _b.SendAsync("POST", "/authservice/logout", "Authorization: Bearer " + held, "Content-Length: 0")).Status);
        Assert.Equal(System.Net.WebSockets.WebSocketCloseStatus.PolicyViolation, await socket.Ended.WaitAsync(TimeSpan.FromSeconds(10), Cancel));
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

        await Deadline.UntilAsync(async () => await _a.StatusAsync(session) == 401 && await _b.StatusAsync(session) == 401, TimeSpan.FromSeconds(10), () => "the session ends\n" + _a.Log.Text);
        Assert.Equal(200, await _a.StatusAsync(await _a.LogInAsync(ProviderUser.Alice, "sid-2")));
    }

    private Task<GatewayRig> StartAsync() => GatewayRig.StartAsync(
        settings: new Dictionary<string, string> { ["SESSION_STORE_TYPE"] = "redis", ["SESSION_STORE_REDIS_ADDR"] = _redis.Address, ["SHUTDOWN_DELAY"] = "off", ["SESSION_REFRESH_MIN_INTERVAL"] = "1s" },
        clock: _clock,
        provider: _provider);

    private async Task<int> CommandAsync(Func<string, TextWriter, Task<int>> run)
    {
        using var folder = new TempFolder("command");
        var settings = new[]
        {
            "OIDC_PROVIDER=" + _provider.Issuer, "CLIENT_ID=" + FakeProvider.ClientId, "CLIENT_SECRET=" + FakeProvider.ClientSecret, "PUBLIC_URL=" + _a.PublicUrl,
            "AUTHSERVICE_URL_PREFIX=/authservice/", "SESSION_STORE_TYPE=redis", "SESSION_STORE_REDIS_ADDR=" + _redis.Address,
        };
        return await run(folder.Write("gateway.env", string.Join('\n', settings)), new StringWriter());
    }

    private async Task<(int, bool)> EndAsync(Func<Task<RawResponse>> end, string session) => await EndedAsync(async () => (await end()).Status, session);

    private async Task<(int, bool)> EndedAsync(Func<Task<int>> end, string session)
    {
        var status = await end();
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
        await Deadline.UntilAsync(async () => (await store.FindLiveAsync(hashes, Cancel)).Count == 0, TimeSpan.FromSeconds(20), () => "the ends are written\n" + _a.Log.Text);
    }

    private async Task<int> TakeOnceAsync()
    {
        try
        {
            return await _a.Server.Services.GetRequiredService<ISessionStore>().TakeOnceAsync(OncePurpose.Callback, OnceId.Of("attempt"), Guid.NewGuid().ToString("N"), TimeSpan.FromMinutes(1), Cancel) ? 200 : 400;
        }
        catch (StoreUnavailableException)
        {
            return 503;
        }
    }

    /// <summary>After 30 s and more of it.</summary>
    private async Task<int> ReadyAsync(string sentence)
    {
        await Deadline.UntilAsync(async () => (await _a.ProbeAsync("/readyz")).Text.Contains(sentence, StringComparison.Ordinal), TimeSpan.FromSeconds(20), () => $"'{sentence}' in /readyz\n{_a.Log.Text}", 200);
        Assert.Contains(sentence, _a.Log.Text, StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromSeconds(31));
        return (await _a.ProbeAsync("/readyz")).Status;
    }
}
