using AuthGateway.Oidc.Refresh;
using AuthGateway.Sessions.Store;
using AuthGateway.Tests.Faults;

namespace AuthGateway.Tests.Background;

/// <summary>Every method of the session store is met by an exception that nobody expects.</summary>
public class EveryStoreCallTests
{
    public static TheoryData<string> StoreMethods => [.. typeof(ISessionStore).GetMethods().Select(method => method.Name).Where(name => name.EndsWith("Async", StringComparison.Ordinal)).Distinct()];

    /// <summary>Every method of the store throws once, wherever it is awaited: in background work, in a request, in a refresh, in a logout, in a logout token.</summary>
    [Theory]
    [MemberData(nameof(StoreMethods))]
    public async Task No_call_of_the_store_that_throws_ends_the_process_or_another_session(string method)
    {
        FaultyCalls faults = null!;
        var clock = new ShiftedClock();
        var provider = await FakeProvider.StartAsync();
        provider.Clock = clock;
        await using var rig = await GatewayRig.StartAsync(clock: clock, provider: provider, settings: new Dictionary<string, string> { ["SESSION_IDLE_TIMEOUT"] = "8h" }, services: services =>
        {
            // It is asked for once, at the start.
            faults = method == nameof(ISessionStore.WatchAsync) ? WrapArmed(services, method) : StoreCalls.Around<FaultyCalls>(services);
        });
        var browser = await rig.LogInAsync();
        var leaving = await rig.LogInAsync();
        if (method != nameof(ISessionStore.WatchAsync))
        {
            faults.Arm(method);
        }

        await UseStoreAsync(rig, clock, browser, leaving);
        await RefreshAsync(rig, clock, browser, isSlow: method == nameof(ISessionStore.HoldAsync));

        await Deadline.UntilAsync(() => !faults.IsArmed(method), $"{method} was called and threw\n{rig.Log.Text}");
        Assert.Equal(200, (await rig.ProbeAsync("/healthz")).Status);
        await Deadline.UntilAsync(async () => (await browser.GetAsync(rig.PublicUrl + "/app")).Status == 200, () => "the other session passes\n" + rig.Log.Text);
        Assert.Equal(200, (await (await rig.LogInAsync()).GetAsync(rig.PublicUrl + "/app")).Status);
    }

    private static async Task UseStoreAsync(GatewayRig rig, ShiftedClock clock, Browser browser, Browser leaving)
    {
        var cookie = "Cookie: authservice_session=" + rig.SessionOf(leaving);
        for (var turn = 0; turn < 5; turn++)
        {
            clock.Advance(TimeSpan.FromSeconds(30));
            SupervisedServiceTests.TriggerWatch(rig);
            await rig.SendAsync("GET", "/app", cookie);
        }

        await rig.SendAsync("POST", "/authservice/logout", cookie, "Sec-Fetch-Site: same-origin", "Content-Length: 0");
        await rig.SendTokenAsync(LogoutTokens.Make(rig.Provider, "sid-nobody", null, (_, claims) =>
        {
            claims["iat"] = clock.GetUtcNow().ToUnixTimeSeconds();
            claims["exp"] = clock.GetUtcNow().ToUnixTimeSeconds() + 120;
        }));
        // A login that meets the fault may fail; the next one does not.
        await rig.NewBrowser().VisitAsync(rig.PublicUrl + "/app");
        await browser.GetAsync(rig.PublicUrl + "/app");
    }

    /// <summary>A refresh that brings tokens, two that fail, and (slowly: 10 s) one whose lease must be renewed.</summary>
    private static async Task RefreshAsync(GatewayRig rig, ShiftedClock clock, Browser browser, bool isSlow)
    {
        var refresher = rig.Server.Services.GetRequiredService<TokenRefresher>();
        var gate = new TaskCompletionSource();
        if (isSlow)
        {
            rig.Provider.Faults["token"] = Fault.Wait(gate.Task);
        }

        for (var turn = 0; turn < 3; turn++)
        {
            clock.Advance(TimeSpan.FromMinutes(8));
            await browser.GetAsync(rig.PublicUrl + "/app");
            if (isSlow)
            {
                await Deadline.UntilAsync(() => rig.Log.Text.Contains("has not answered the refresh", StringComparison.Ordinal), "the lease is renewed", seconds: 30);
                gate.TrySetResult();
            }

            await refresher.DrainAsync(CancellationToken.None);
            rig.Provider.Faults["token"] = Fault.Answer(503, "");
        }

        rig.Provider.Faults.Clear();
    }

    private static FaultyCalls WrapArmed(IServiceCollection services, string method)
    {
        var faults = StoreCalls.Around<FaultyCalls>(services);
        faults.Arm(method);
        return faults;
    }
}
