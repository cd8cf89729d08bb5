using System.Reflection;
using AuthGateway.Authorization;
using AuthGateway.Endpoints.Health;
using AuthGateway.Hosting;
using AuthGateway.Limits;
using AuthGateway.Limits.MemoryUse;
using AuthGateway.Oidc.Provider;
using AuthGateway.Oidc.Refresh;
using AuthGateway.Proxy.Routes;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Maintenance;
using AuthGateway.Sessions.Store;
using AuthGateway.Sessions.Store.Redis;
using AuthGateway.Tests.Faults;
using AuthGateway.Tests.Limits;
using AuthGateway.Tests.Sessions;

namespace AuthGateway.Tests.Background;

/// <summary>How one hosted service is made to throw once, and how its next turn is seen.</summary>
internal sealed record ServiceFault
{
    public IReadOnlyDictionary<string, string>? Settings { get; init; }

    public TimeProvider? Clock { get; init; }

    public Action<IServiceCollection>? Arrange { get; init; }

    /// <summary>Before the start; the gateway need not be ready then.</summary>
    public Action<FakeProvider>? Break { get; init; }

    /// <summary>Stands in the log's line.</summary>
    public string Reason { get; init; } = "thrown by the test";

    public Func<GatewayRig, Task> Cause { get; init; } = _ => Task.CompletedTask;

    public required Func<GatewayRig, Task<bool>> WorksAgainAsync { get; init; }

    /// <summary>A service without a row here fails the test.</summary>
    public static ServiceFault Of(string service, GarnetRedis redis) => service switch
    {
        "StartupBanner" => ByLog("AuthGateway.Hosting.StartupBanner", _ => { }, _ => true),
        "ProviderRefresh" => ByLog("AuthGateway.Oidc.Refresh.ProviderRefresh", _ => { }, _ => true) with
        {
            Break = provider => provider.Faults["discovery"] = Fault.Answer(503, ""),
            WorksAgainAsync = async rig =>
            {
                rig.Provider.Faults.Clear();
                return (await rig.ProbeAsync("/readyz")).Status == 200;
            },
        },
        "ProviderWatch" => ByLog(
            "AuthGateway.Oidc.Provider.ProviderWatch",
            rig => rig.Server.Services.GetRequiredService<ProviderAvailability>().Refused("takes no connection: test"),
            rig => rig.Log.Text.Contains("The provider answers again.", StringComparison.Ordinal)),
        "StrangerWatch" => ByLog(
            "AuthGateway.Limits.LimitReport",
            rig => rig.Server.Services.GetRequiredService<LimitReport>().Reached(LimitTable.Idle),
            rig =>
            {
                rig.Server.Services.GetRequiredService<LimitReport>().Reached(LimitTable.Idle);
                return rig.Log.Text.Contains($"Limit {LimitTable.Idle.Name} was reached", StringComparison.Ordinal);
            }),
        "ReplicaWatch" => ByLog("AuthGateway.Sessions.Store.ReplicaNotes", _ => { }, rig => rig.Log.Text.Contains("OIDC_PROVIDER", StringComparison.Ordinal)) with
        {
            Settings = new Dictionary<string, string> { ["SESSION_STORE_TYPE"] = "redis", ["SESSION_STORE_REDIS_ADDR"] = redis.Address, ["SESSION_SECRET"] = new string('s', 40), ["SHUTDOWN_DELAY"] = "off" },
            Cause = AnnounceAnotherAsync,
        },
        "SessionCleanupService" => ByStore(nameof(ISessionStore.CheckAsync)),
        "StoreChangeListener" => ByStore(nameof(ISessionStore.WatchAsync)),
        "SessionRefreshService" => ByClock(typeof(SessionRefreshService), _ => { }, (rig, _) => rig.LogInAsync()),
        "PendingEndRetryService" => ByClock(typeof(PendingEndRetryService), rig => Unstored(rig).Add(SessionId.New().Hash, DateTimeOffset.MaxValue)) with
        {
            WorksAgainAsync = rig => Task.FromResult(Unstored(rig).IsEmpty),
        },
        "Drain" => ByClock(typeof(AuthGateway.Endpoints.Health.Drain), _ => { }, (rig, _) => rig.StopServerAsync()) with
        {
            WorksAgainAsync = async rig =>
            {
                await rig.StartAgainAsync(waitUntilReady: true);
                return true;
            },
        },
        "MemoryReturn" => ByHeap(),
        "RenewedGroups" => new()
        {
            Reason = "NullReferenceException",
            Cause = rig => Raise(rig, null!),
            WorksAgainAsync = async rig =>
            {
                await rig.LogInAsync();
                await Raise(rig, rig.Server.Services.GetRequiredService<SessionCache>().Walk().Single());
                return rig.Log.Lines.Count(line => line.Contains("Background work failed", StringComparison.Ordinal)) == 1;
            },
        },
        "RoutesReload" => ByRoutesFile(),
        _ => throw new InvalidOperationException($"{service} has no fault here: add a row that makes it throw."),
    };

    private static ServiceFault ByLog(string category, Action<GatewayRig> cause, Func<GatewayRig, bool> worksAgain)
    {
        var log = new ThrowingLog(category);
        return new()
        {
            Arrange = services => services.AddLogging(logging => logging.AddProvider(log)),
            Cause = rig =>
            {
                cause(rig);
                return Task.CompletedTask;
            },
            WorksAgainAsync = rig => Task.FromResult(log.HasThrown && worksAgain(rig)),
        };
    }

    private static ServiceFault ByStore(string method)
    {
        FaultyCalls faults = null!;
        return new()
        {
            Arrange = services =>
            {
                faults = StoreCalls.Around<FaultyCalls>(services);
                faults.Arm(method);
            },
            WorksAgainAsync = _ => Task.FromResult(!faults.IsArmed(method) && faults.CallsAfterFault(method) > 0),
        };
    }

    private static ServiceFault ByClock(Type service, Action<GatewayRig> cause, Func<GatewayRig, ThrowingClock, Task>? go = null)
    {
        var clock = new ThrowingClock();
        return new()
        {
            Clock = clock,
            Cause = async rig =>
            {
                clock.Arm(service);
                cause(rig);
                await (go?.Invoke(rig, clock) ?? Task.CompletedTask);
            },
            // It comes by again.
            WorksAgainAsync = async rig =>
            {
                clock.Arm(service);
                await Deadline.UntilAsync(() => !clock.IsArmed, "the next turn");
                return true;
            },
        };
    }

    private static ServiceFault ByHeap()
    {
        var heap = new FakeHeap { ThrowsOnce = true };
        return new()
        {
            Arrange = services => services.AddSingleton<IHeap>(heap),
            WorksAgainAsync = _ => Task.FromResult(heap.Looks > 0),
        };
    }

    private static ServiceFault ByRoutesFile()
    {
        var folder = new TempFolder();
        var file = folder.File("routes.json");
        File.WriteAllText(file, """
            {
              "Routes": { "app": { "ClusterId": "app", "Match": { "Path": "{**all}" } } },
              "Clusters": { "app": { "Destinations": { "one": { "Address": "http://127.0.0.1:9/" } } } }
            }
            """);
        return new()
        {
            Settings = new Dictionary<string, string> { ["ROUTES_FILE"] = file, ["UPSTREAM_URL"] = "" },
            Cause = rig => Report(rig, "thrown by the test"),
            WorksAgainAsync = async rig =>
            {
                await Report(rig, "once more");
                folder.Dispose();
                return rig.Log.Text.Contains("once more", StringComparison.Ordinal);
            },
        };
    }

    private static Task Report(GatewayRig rig, string text)
    {
        rig.Server.Services.GetRequiredService<RoutesFileWatch>().Report!(new InvalidOperationException(text));
        return Task.CompletedTask;
    }

    private static PendingSessionEnds Unstored(GatewayRig rig) => rig.Server.Services.GetRequiredService<PendingSessionEnds>();

    // A replica with another provider: what differs is logged.
    private static Task AnnounceAnotherAsync(GatewayRig rig)
    {
        var own = rig.Server.Services.GetRequiredService<ReplicaDigests>().Make(TimeSpan.Zero);
        return rig.Server.Services.GetRequiredService<RedisReplicas>().LookAsync(own with { Id = "another", Issuer = "another" }, CancellationToken.None);
    }

    // Whoever listens to this event must stand anything.
    private static Task Raise(GatewayRig rig, Session session)
    {
        var adoption = rig.Server.Services.GetRequiredService<RefreshCompletion>();
        var listeners = (Action<Session>)typeof(RefreshCompletion).GetField(nameof(RefreshCompletion.Renewed), BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(adoption)!;
        listeners(session);
        return Task.CompletedTask;
    }
}
