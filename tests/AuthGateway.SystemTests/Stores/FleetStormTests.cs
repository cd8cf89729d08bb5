using System.Collections.Concurrent;
using AuthGateway.SystemTests.Parts;

namespace AuthGateway.SystemTests.Stores;

/// <summary>
/// Fifty people at ten replicas on one redis-server for six lives of an access token, with a refresh token that works once; in each life something else
/// happens to Redis or to a replica. Nobody logs in again.
/// </summary>
public sealed class FleetStormTests : IAsyncLifetime
{
    private const int Replicas = 10;
    private const int People = 50;
    private readonly ShiftedClock _clock = new();
    private readonly List<GatewayRig> _rigs = [];
    private readonly List<string> _sessions = [];
    private readonly ConcurrentDictionary<int, int> _answers = new();
    private RedisServer _redis = null!;
    private FakeProvider _provider = null!;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync("--appendonly", "yes");
        _provider = await FakeProvider.StartAsync();
        _provider.Refresh = new RefreshRules { AccessSeconds = 300, SingleUse = true };
        var settings = new Dictionary<string, string>
        {
            ["SESSION_STORE_TYPE"] = "redis",
            ["SESSION_STORE_REDIS_ADDR"] = _redis.Address,
            ["SESSION_REFRESH_MIN_INTERVAL"] = "1s",
            ["SHUTDOWN_DELAY"] = "off",
            ["LOG_LEVEL"] = "WARN",
        };
        for (var i = 0; i < Replicas; i++)
            _rigs.Add(await GatewayRig.StartAsync(settings: settings, clock: _clock, provider: _provider));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var rig in _rigs)
            await rig.DisposeAsync();
        await _provider.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [Fact]
    public async Task Nobody_logs_in_again_in_six_token_lives_of_pauses_full_memory_kills_and_cut_links()
    {
        for (var i = 0; i < People; i++)
            _sessions.Add(_rigs[i % Replicas].SessionOf(await _rigs[i % Replicas].LogInAsync(new ProviderUser($"sub-{i}", $"user-{i}@example.test"))));
        await RequestAllAsync();
        Func<Task>[] faults = [WellAsync, PausedAsync, FullAsync, KilledAsync, CutAsync, RestartedReplicaAsync];

        foreach (var fault in faults)
        {
            _clock.Advance(TimeSpan.FromSeconds(270));
            await fault();
            await Deadline.UntilAsync(EveryoneAsync, TimeSpan.FromSeconds(60), () => $"everybody is served everywhere after {fault.Method.Name}\n{_rigs[0].Log.Text}", 200);
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{People} people, {Replicas} replicas, 6 token lives: {_provider.Refreshes} refreshes, answers {string.Join(", ", _answers.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}: {pair.Value}"))}, lost 0");
        Assert.DoesNotContain(_provider.Logins, login => login.IsDead);
        // Everybody is in the memory of every replica, so a store in trouble costs no request.
        Assert.Equal([200], _answers.Keys);
        Assert.True(_provider.Refreshes >= People * 3, $"{_provider.Refreshes} refreshes");
    }

    private Task WellAsync() => RequestAllAsync();

    private async Task PausedAsync()
    {
        await _redis.SignalAsync("STOP");
        var requests = RequestAllAsync();
        await Task.WhenAny(requests, Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken));
        await _redis.SignalAsync("CONT");
        await requests;
    }

    private async Task FullAsync()
    {
        await _redis.CommandAsync("CONFIG SET maxmemory 1");
        await RequestAllAsync();
        await _redis.CommandAsync("CONFIG SET maxmemory 0");
        await RequestAllAsync();
    }

    private async Task KilledAsync()
    {
        await _redis.StopAsync();
        await RequestAllAsync();
        await _redis.StartAgainAsync();
        await RequestAllAsync();
    }

    private async Task CutAsync()
    {
        var requests = RequestAllAsync();
        await _redis.CommandAsync("CLIENT KILL TYPE normal");
        await _redis.CommandAsync("CLIENT KILL TYPE pubsub");
        await requests;
    }

    private async Task RestartedReplicaAsync()
    {
        var requests = RequestAllAsync(first: 1);
        await _rigs[0].RestartAsync();
        await requests;
        await RequestAllAsync();
    }

    private async Task<bool> EveryoneAsync() => (await Task.WhenAll(_sessions.SelectMany(session => _rigs.Select(rig => rig.StatusAsync(session))))).All(status => status == 200);

    /// <summary>Every session at every replica from <paramref name="first"/> on, twenty requests at a time.</summary>
    private Task RequestAllAsync(int first = 0) => Parallel.ForEachAsync(
        _sessions.SelectMany(session => _rigs.Skip(first).Select(rig => (session, rig))),
        new ParallelOptions { MaxDegreeOfParallelism = 20, CancellationToken = TestContext.Current.CancellationToken },
        async (pair, _) =>
        {
            var status = await pair.rig.StatusAsync(pair.session);
            _answers.AddOrUpdate(status, 1, (_, count) => count + 1);
        });
}
