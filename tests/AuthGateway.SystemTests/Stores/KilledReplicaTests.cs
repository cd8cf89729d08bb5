using System.Globalization;
using AuthGateway.SystemTests.Parts;

namespace AuthGateway.SystemTests.Stores;

/// <summary>
/// Fifty people at ten gateway processes on one redis-server. In each life of the access tokens one process is killed (SIGKILL) while the provider
/// exchanges refresh tokens for it. <c>AUTHGATEWAY_KILL_LIVES</c> sets how many lives (2; at most 9).
/// </summary>
public sealed class KilledReplicaTests(GatewayBinary binary) : IAsyncLifetime
{
    private const int Replicas = 10;
    private const int People = 50;
    private const int UnderWay = 8;
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(15);
    private static readonly int Lives = int.Parse(Environment.GetEnvironmentVariable("AUTHGATEWAY_KILL_LIVES") ?? "2", CultureInfo.InvariantCulture);
    private readonly List<GatewayProcess> _gateways = [];
    private readonly List<string> _sessions = [];
    private readonly HashSet<int> _underWay = [];
    private readonly EchoUpstream _upstream = new();
    private RedisServer _redis = null!;
    private FakeProvider _provider = null!;
    private int _requests;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        _provider = await FakeProvider.StartAsync();
        (string, string)[] settings = [.. StoreGateway.OnRedis(_redis.Address), ("SESSION_REFRESH_MIN_INTERVAL", "1s")];
        while (_gateways.Count < Replicas)
            _gateways.Add(await StoreGateway.StartAsync(binary, _provider, _upstream, settings));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var gateway in _gateways)
            await gateway.DisposeAsync();
        _upstream.Dispose();
        await _provider.DisposeAsync();
        await _redis.DisposeAsync();
    }

    public static TheoryData<int, int> Cases => new() { { Lives, 1 }, { 1, 0 } };

    /// <summary>The announced end of the refresh token lets another process take over within the test (docs/refresh.md).</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Kill_costs_no_login_unless_the_provider_takes_a_refresh_token_once_alone(int lives, int maxReuse)
    {
        _provider.Refresh = new RefreshRules { AccessSeconds = (int)Life.TotalSeconds, RefreshSeconds = 80, SingleUse = true, MaxReuse = maxReuse };
        for (var i = 0; i < People; i++)
        {
            _provider.User = new ProviderUser($"sub-{i}", $"user-{i}@example.test");
            _sessions.Add(await StoreGateway.SessionAsync(_gateways[i % Replicas]));
        }

        for (var life = 0; life < lives; life++)
        {
            await Task.Delay(Life * 0.9, TestContext.Current.CancellationToken);
            await KillWhileItRefreshesAsync(_gateways[life + 1], [.. Enumerable.Range(0, UnderWay).Select(i => ((life * UnderWay) + i) % People)]);
        }

        var before = Logins.Select(login => login.Refreshes).ToArray();
        await Deadline.UntilAsync(
            async () =>
            {
                await RequestAllAsync(_gateways);
                return Logins.Zip(before).All(pair => pair.First.IsDead || pair.First.Refreshes > pair.Second);
            },
            TimeSpan.FromSeconds(90),
            () => $"every login is refreshed after the last kill\n{_gateways[0].Log}",
            500);

        var lost = Enumerable.Range(0, People).Where(i => Logins[i].IsDead).ToHashSet();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{People} people, {Replicas} processes, {lives} kills with {_underWay.Count} logins under way, reuse {maxReuse}: {_requests} requests, {_provider.Refreshes} refreshes, lost {lost.Count}");
        Assert.Subset(maxReuse > 0 ? new HashSet<int>() : _underWay, lost);
        Assert.InRange(_underWay.Count, UnderWay * lives / 2, People);
    }

    private RefreshFamily[] Logins => [.. _provider.Logins];

    /// <summary>The provider answers nobody until the process is gone; then it exchanges the tokens for a caller that is no more.</summary>
    private async Task KillWhileItRefreshesAsync(GatewayProcess victim, int[] people)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var held = 0;
        _provider.Faults["token"] = async _ =>
        {
            Interlocked.Increment(ref held);
            await gone.Task;
            return false;
        };
        var unread = people.Select(i => StoreGateway.AskAsync(victim, _sessions[i])).ToArray();
        await Deadline.UntilAsync(() => Task.FromResult(Volatile.Read(ref held) >= people.Length), TimeSpan.FromSeconds(10), () => $"the refreshes are under way\n{victim.Log}", 20);
        await victim.StopAsync(9);
        _underWay.UnionWith(people);
        _provider.Faults.Clear();
        gone.SetResult();
        await Task.WhenAll(unread.Select(one => one.ContinueWith(_ => { }, TestContext.Current.CancellationToken, TaskContinuationOptions.None, TaskScheduler.Default)));
        await RequestAllAsync([.. _gateways.Where(gateway => gateway != victim)]);
        await victim.StartAgainAsync();
        await victim.WaitUntilReadyAsync(TimeSpan.FromSeconds(30));
        await RequestAllAsync(_gateways);
    }

    /// <summary>Every session at each of these, twenty requests at a time. All are served whose login lives.</summary>
    private Task RequestAllAsync(IReadOnlyList<GatewayProcess> gateways) => Parallel.ForEachAsync(
        Enumerable.Range(0, People).SelectMany(person => gateways.Select(gateway => (person, gateway))),
        new ParallelOptions { MaxDegreeOfParallelism = 20, CancellationToken = TestContext.Current.CancellationToken },
        async (pair, _) =>
        {
            var status = await StoreGateway.AskAsync(pair.gateway, _sessions[pair.person]);
            Interlocked.Increment(ref _requests);
            Assert.True(status == 200 || (Logins[pair.person].IsDead && _underWay.Contains(pair.person)), $"person {pair.person}: {status}\n{pair.gateway.Log}");
        });
}
