using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AuthGateway.Oidc.Refresh;
using AuthGateway.Sessions;

namespace AuthGateway.Tests.Refresh;

/// <summary>A gateway whose clock can be moved, with one person logged in.</summary>
internal sealed class RefreshRig : IAsyncDisposable
{
    private RefreshRig(GatewayRig gateway, ShiftedClock clock)
    {
        Gateway = gateway;
        Clock = clock;
    }

    public GatewayRig Gateway { get; }

    public ShiftedClock Clock { get; }

    public FakeProvider Provider => Gateway.Provider;

    /// <summary>Value of the session cookie.</summary>
    public string Session { get; private set; } = "";

    public Browser Browser { get; private set; } = null!;

    public static async Task<RefreshRig> StartAsync(
        RefreshRules rules,
        IReadOnlyDictionary<string, string>? settings = null,
        string issuerPath = "",
        Action<JsonObject>? editDiscovery = null,
        Action<FakeProvider>? prepare = null,
        Action<IServiceCollection>? services = null)
    {
        var clock = new ShiftedClock();
        var provider = await FakeProvider.StartAsync(basePath: issuerPath);
        provider.EditDiscovery = editDiscovery ?? provider.EditDiscovery;
        provider.Refresh = rules;
        prepare?.Invoke(provider);
        provider.Clock = clock;
        var rig = new RefreshRig(await GatewayRig.StartAsync(settings: settings, clock: clock, provider: provider, services: services), clock);
        rig.Browser = await rig.Gateway.LogInAsync();
        rig.Session = rig.Gateway.SessionOf(rig.Browser);
        return rig;
    }

    public async Task<int> StatusAsync() => (await GetAsync()).Status;

    public Task<RawResponse> GetAsync(string path = "/app") =>
        Gateway.SendAsync("GET", path, "Accept: application/json", "Cookie: authservice_session=" + Session);

    /// <summary>Time passes, then a request is made: it must pass.</summary>
    public async Task UseAfterAsync(TimeSpan pause)
    {
        Clock.Advance(pause);
        Assert.Equal(200, await StatusAsync());
    }

    /// <summary>The provider has refreshed so often, and the gateway has taken it in.</summary>
    public async Task RefreshesAsync(int count)
    {
        await Deadline.UntilAsync(() => Provider.Refreshes == count, $"{count} refreshes, there were {Provider.Refreshes}\n{Gateway.Log.Text}");
        await SettledAsync();
    }

    /// <summary>What has begun is done.</summary>
    public async Task SettledAsync()
    {
        if (PublishedGateway.Program is null)
        {
            await Gateway.Server.Services.GetRequiredService<TokenRefresher>().DrainAsync(CancellationToken.None);
            return;
        }

        // What /metrics shows may be 300 ms old.
        var asked = Stopwatch.GetTimestamp();
        await Deadline.UntilAsync(async () => await OpenRefreshesAsync() == 0 && Stopwatch.GetElapsedTime(asked).TotalMilliseconds > 350, "no refresh is under way", seconds: 60);
    }

    /// <summary>Refreshes under way, as <c>/metrics</c> shows them.</summary>
    public async Task<int> OpenRefreshesAsync() =>
        int.Parse(Regex.Match((await Gateway.ProbeAsync("/metrics")).Text, @"^authgateway_refreshes_open\S* (\d+)", RegexOptions.Multiline).Groups[1].Value, CultureInfo.InvariantCulture);

    /// <summary>The pulse has looked at the open connections; needs a <c>SESSION_IDLE_TIMEOUT</c>, by which it leaves a trace.</summary>
    public async Task BeatsAsync()
    {
        if (PublishedGateway.Program is not null)
        {
            // From outside a beat leaves no trace; it comes once a second.
            await Task.Delay(TimeSpan.FromSeconds(3));
            return;
        }

        var now = Clock.GetUtcNow();
        var cache = Gateway.Server.Services.GetRequiredService<AuthGateway.Sessions.SessionCache>();
        await Deadline.UntilAsync(() => cache.Walk().Any(session => session.LastUsedAt >= now), "a beat of the pulse");
    }

    public Task EndsAsync() => Deadline.UntilAsync(async () => await StatusAsync() == 401, () => "the session ended\n" + Gateway.Log.Text);

    /// <summary>Waits until the gateway has said so.</summary>
    public Task LoggedAsync(string text, int times = 1) =>
        Deadline.UntilAsync(() => Gateway.Log.Lines.Count(line => line.Contains(text, StringComparison.Ordinal)) >= times, $"log line '{text}'\n{Gateway.Log.Text}");

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();
}
