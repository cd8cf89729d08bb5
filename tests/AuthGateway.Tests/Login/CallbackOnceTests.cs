using AuthGateway.Sessions.Store;
using AuthGateway.Tests.Sessions;
using Microsoft.Extensions.DependencyInjection;

namespace AuthGateway.Tests.Login;

/// <summary>A callback is one use in all replicas together, and has its time behind Envoy.</summary>
public sealed class CallbackOnceTests(GarnetRedis redis) : IClassFixture<GarnetRedis>
{
    private readonly string _prefix = $"test-{Guid.NewGuid():N}:";

    [Fact]
    public async Task Of_two_replicas_at_the_same_moment_one_redeems_and_its_session_lives()
    {
        await using var a = await StartAsync();
        await using var b = await StartAsync(a.Provider);
        var (target, cookie) = await BeginAsync(a);
        var gate = new TaskCompletionSource();
        a.Provider.Faults["token"] = Fault.Wait(gate.Task);

        var both = new[] { a, b }.Select(rig => rig.SendAsync("GET", target, "Accept: text/html", cookie)).ToArray();
        await Deadline.UntilAsync(() => a.Provider.Count("token") > 0 && both.Any(one => one.IsCompleted), "one is refused while the other waits");
        gate.SetResult();
        var answers = await Task.WhenAll(both);

        Assert.Equal([302, 400], answers.Select(answer => answer.Status).Order());
        Assert.Equal("replayed_state", answers.Single(answer => answer.Status == 400).ErrorCode);
        Assert.Equal(1, a.Provider.Count("token"));
        await LivesAsync(a, answers.Single(answer => answer.Status == 302));
    }

    [Fact]
    public async Task Replayed_at_another_replica_after_a_good_login_it_is_not_redeemed_again()
    {
        await using var a = await StartAsync();
        await using var b = await StartAsync(a.Provider);
        var (target, cookie) = await BeginAsync(a);
        var first = await a.SendAsync("GET", target, "Accept: text/html", cookie);

        var replay = await b.SendAsync("GET", target, "Accept: text/html", cookie);

        Assert.Equal((302, 400, "replayed_state"), (first.Status, replay.Status, replay.ErrorCode));
        Assert.Contains("This login is used up; log in again.", replay.Text, StringComparison.Ordinal);
        Assert.Equal(1, a.Provider.Count("token"));
        await LivesAsync(b, first);
    }

    /// <summary>A stranger with made-up codes leaves nothing in the store.</summary>
    [Fact]
    public async Task Code_that_the_provider_refuses_leaves_no_mark()
    {
        await using var a = await StartAsync();
        await using var b = await StartAsync(a.Provider);
        var (target, cookie) = await BeginAsync(a);
        var madeUp = System.Text.RegularExpressions.Regex.Replace(target, "code=[^&]*", "code=made-up");

        var first = await a.SendAsync("GET", madeUp, "Accept: text/html", cookie);
        await Task.Delay(50, TestContext.Current.CancellationToken);
        var again = await a.SendAsync("GET", madeUp, "Accept: text/html", cookie);
        var elsewhere = await b.SendAsync("GET", madeUp, "Accept: text/html", cookie);

        Assert.Equal(["code_rejected", "replayed_state", "code_rejected"], [first.ErrorCode, again.ErrorCode, elsewhere.ErrorCode]);
        Assert.Equal(2, a.Provider.Count("token"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Login_that_finds_the_provider_busy_can_be_opened_again(int others)
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["PROVIDER_CALLS_MAX"] = "1" });
        var waiting = new List<(string Target, string Cookie)>();
        for (var i = 0; i < others; i++)
        {
            waiting.Add(await BeginAsync(rig));
        }

        var (target, cookie) = await BeginAsync(rig);
        var gate = new TaskCompletionSource();
        rig.Provider.Faults["token"] = Fault.Wait(gate.Task);
        var ahead = waiting.Select(one => rig.SendAsync("GET", one.Target, "Accept: text/html", one.Cookie)).ToList();
        await Deadline.UntilAsync(() => rig.Server.Services.GetRequiredService<AuthGateway.Oidc.Provider.ProviderHttpClient>().Visitors.InUse == others, "the others are at the provider or wait");

        var busy = await rig.SendAsync("GET", target, "Accept: text/html", cookie);
        gate.SetResult();
        await Task.WhenAll(ahead);
        var end = await rig.SendAsync("GET", target, "Accept: text/html", cookie);

        Assert.Equal((503, "provider_busy"), (busy.Status, busy.ErrorCode));
        Assert.Empty(busy.SetCookies);
        Assert.Equal((302, "/app"), (end.Status, end.Location));
    }

    [Theory]
    [InlineData(GatewayMode.InLine, 503)]
    [InlineData(GatewayMode.ExtAuthz, 403)]
    public async Task Without_the_store_nothing_is_redeemed_and_the_address_works_once_it_is_back(GatewayMode door, int status)
    {
        await using var rig = await GatewayRig.StartAsync(door);
        var browser = rig.NewBrowser();
        var callback = (await browser.GetAsync((await browser.GetAsync(rig.PublicUrl + "/app")).Location!)).Location!;
        using (var other = StoreFile.Open(rig.StorePath))
        {
            StoreFile.Execute(other, "BEGIN IMMEDIATE");
            var away = await browser.GetAsync(callback);
            Assert.Equal((status, "store_unavailable"), (away.Status, away.ErrorCode));
            Assert.Equal(0, rig.Provider.Count("token"));
        }

        var end = await browser.GetAsync(callback);

        Assert.Equal((302, "/app"), (end.Status, end.Location));
    }

    [Theory]
    [InlineData(GatewayMode.InLine, 503)]
    [InlineData(GatewayMode.ExtAuthz, 403)]
    public async Task Store_known_to_be_unusable_sends_nobody_to_the_provider(GatewayMode door, int status)
    {
        var clock = new ShiftedClock();
        await using var rig = await GatewayRig.StartAsync(door, clock: clock);
        rig.Server.Services.GetRequiredService<StoreHealth>().Down("SESSION_STORE_PATH: the disk is full.");
        clock.Advance(TimeSpan.FromSeconds(31));
        var answer = await rig.NewBrowser().GetAsync(rig.PublicUrl + "/app");
        var login = await rig.NewBrowser().GetAsync(rig.PublicUrl + "/authservice/login");

        Assert.All([answer, login], one =>
        {
            Assert.Equal(status, one.Status);
            Assert.Null(one.Location);
            Assert.Contains("href=", one.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("disk", one.Text, StringComparison.Ordinal);
        });
        Assert.Equal(0, rig.Provider.Count("authorize"));
    }

    /// <summary>A full store is said at once; one that is locked may be free before the password is typed.</summary>
    [Theory]
    [InlineData(true, 503, 0)]
    [InlineData(false, 302, 0)]
    [InlineData(false, 503, 31)]
    public async Task Store_that_refuses_writes_sends_nobody_to_the_provider_when_it_is_full(bool isFull, int status, int seconds)
    {
        var clock = new ShiftedClock();
        await using var rig = await GatewayRig.StartAsync(clock: clock);
        rig.Server.Services.GetRequiredService<StoreHealth>().RefusesWrites(new StoreUnavailableException("SESSION_STORE_PATH: it refuses.") { RefusesWrites = true, IsFull = isFull });
        clock.Advance(TimeSpan.FromSeconds(seconds));

        var answer = await rig.NewBrowser().GetAsync(rig.PublicUrl + "/app");
        var ready = await rig.ProbeAsync("/readyz");

        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 503, answer.Location is null);
        Assert.Equal((200, true), (ready.Status, ready.Text.Contains("it refuses", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("token")]
    [InlineData("userinfo")]
    [InlineData("userinfo", 4)]
    public async Task Behind_envoy_a_callback_ends_within_its_eight_seconds(string slow, int secondsForTokens = 0)
    {
        await using var rig = await GatewayRig.StartAsync(GatewayMode.ExtAuthz);
        var browser = rig.NewBrowser();
        var callback = (await browser.GetAsync((await browser.GetAsync(rig.PublicUrl + "/app")).Location!)).Location!;
        var gate = new TaskCompletionSource();
        if (secondsForTokens > 0)
        {
            // One budget for both endpoints.
            rig.Provider.Faults["token"] = async context =>
            {
                await Task.Delay(TimeSpan.FromSeconds(secondsForTokens), context.RequestAborted);
                return false;
            };
        }

        rig.Provider.Faults[slow] = Fault.Wait(gate.Task);
        var clock = System.Diagnostics.Stopwatch.StartNew();

        var answer = await browser.GetAsync(callback);

        gate.SetResult();
        Assert.Equal((400, "provider_unavailable"), (answer.Status, answer.ErrorCode));
        Assert.InRange(clock.Elapsed.TotalSeconds, 5, 9.5);
        Assert.Contains("longer than 7 s", answer.Text, StringComparison.Ordinal);
        Assert.Contains($"/{slow} gave no answer", rig.Log.Text, StringComparison.Ordinal);
    }

    private Task<GatewayRig> StartAsync(FakeProvider? provider = null) => GatewayRig.StartAsync(provider: provider, settings: new Dictionary<string, string>
    {
        ["SESSION_STORE_TYPE"] = "redis",
        ["SESSION_STORE_REDIS_ADDR"] = redis.Address,
        ["SESSION_STORE_REDIS_PREFIX"] = _prefix,
        ["SESSION_SECRET"] = "session-secret-of-both-replicas-0123456789",
    });

    private static async Task<(string Target, string Cookie)> BeginAsync(GatewayRig rig)
    {
        var browser = rig.NewBrowser();
        var callback = (await browser.GetAsync((await browser.GetAsync(rig.PublicUrl + "/app")).Location!)).Location!;
        return (new Uri(callback).PathAndQuery, "Cookie: " + string.Join("; ", browser.CookiesOf(GatewayRig.PublicHost).Select(pair => $"{pair.Key}={pair.Value}")));
    }

    private static async Task LivesAsync(GatewayRig rig, RawResponse callback)
    {
        var session = callback.SetCookies.Select(Cookie.Parse).Single(cookie => cookie.Name == "authservice_session").Value;
        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Accept: application/json", "Cookie: authservice_session=" + session)).Status);
    }
}
