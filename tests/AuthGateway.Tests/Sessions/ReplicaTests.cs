using System.Diagnostics;
using System.Net.WebSockets;
using AuthGateway.Cli.Checks;
using AuthGateway.Configuration;
using AuthGateway.Sessions.Store.Redis;
using StackExchange.Redis;

namespace AuthGateway.Tests.Sessions;

/// <summary>Two gateways on one Redis act as one.</summary>
public sealed class ReplicaTests(GarnetRedis redis) : IClassFixture<GarnetRedis>
{
    private readonly string _prefix = $"test-{Guid.NewGuid():N}:";

    [Fact]
    public async Task Login_here_counts_there_and_a_logout_there_counts_here_within_a_second()
    {
        await using var a = await StartAsync();
        await using var b = await StartAsync(a.Provider);
        var session = a.SessionOf(await a.LogInAsync());
        Assert.Equal(200, await StatusAsync(b, session));

        var logout = await a.SendAsync("POST", "/authservice/logout", "Authorization: Bearer " + session, "Content-Length: 0");

        Assert.Equal(201, logout.Status);
        Assert.Equal(401, await StatusAsync(a, session));
        await Deadline.UntilAsync(async () => await StatusAsync(b, session) == 401, "the session ends on the other replica", seconds: 1);
    }

    [Fact]
    public async Task Logout_here_closes_a_socket_there_within_a_second()
    {
        await using var a = await StartAsync();
        await using var b = await StartAsync(a.Provider);
        var session = a.SessionOf(await a.LogInAsync());
        using var socket = await OpenSocket.ConnectAsync(b, session);

        var logout = await a.SendAsync("POST", "/authservice/logout", "Authorization: Bearer " + session, "Content-Length: 0");
        var acknowledged = Stopwatch.GetTimestamp();

        Assert.Equal(201, logout.Status);
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, await socket.Ended.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken));
        Assert.True(socket.EndedAt - acknowledged < Stopwatch.Frequency, $"closed {Stopwatch.GetElapsedTime(acknowledged, socket.EndedAt).TotalMilliseconds:0} ms after the logout was acknowledged");
    }

    [Fact]
    public async Task Login_begun_on_one_ends_on_the_other()
    {
        await using var a = await StartAsync();
        await using var b = await StartAsync(a.Provider);
        var hosts = new Dictionary<string, Uri> { [GatewayRig.PublicHost] = a.Address };
        var browser = new Browser(hosts);
        var start = await browser.GetAsync(a.PublicUrl + "/start");
        var callback = (await browser.GetAsync(start.Location!)).Location!;

        hosts[GatewayRig.PublicHost] = b.Address;
        var (answer, url) = await browser.VisitAsync(callback);

        Assert.Equal(200, answer.Status);
        Assert.EndsWith("/start", url, StringComparison.Ordinal);
        Assert.Equal(200, await StatusAsync(a, a.SessionOf(browser)));
    }

    [Fact]
    public async Task Session_survives_a_restart_of_the_gateway()
    {
        await using var rig = await StartAsync();
        var session = rig.SessionOf(await rig.LogInAsync());

        await rig.RestartAsync();

        Assert.Equal(200, await StatusAsync(rig, session));
    }

    [Fact]
    public async Task Redis_that_is_down_at_start_is_named_and_found_again()
    {
        using var late = GarnetRedis.Reserve();
        await using var rig = await GatewayRig.StartAsync(settings: Settings(late.Address), waitUntilReady: false);
        await Deadline.UntilAsync(async () => (await rig.ProbeAsync("/readyz")).Text.Contains(late.Address, StringComparison.Ordinal), "Redis is named in /readyz");
        Assert.Equal(503, (await rig.ProbeAsync("/readyz")).Status);
        Assert.Equal(200, (await rig.ProbeAsync("/healthz")).Status);
        Assert.DoesNotContain(rig.Log.Lines, line => line.StartsWith("Critical", StringComparison.Ordinal));
        await Deadline.UntilAsync(() => rig.Log.Text.Contains("Error", StringComparison.Ordinal), "Redis is named in the log");
        Assert.Single(rig.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains(late.Address, StringComparison.Ordinal));

        late.Start();

        await Deadline.UntilAsync(async () => (await rig.ProbeAsync("/readyz")).Status == 200, () => "ready once Redis is there\n" + rig.Log.Text);
        Assert.Equal(200, await StatusAsync(rig, rig.SessionOf(await rig.LogInAsync())));
    }

    [Fact]
    public async Task Check_has_nothing_to_say_of_a_fit_redis_and_names_one_that_is_down()
    {
        using var down = GarnetRedis.Reserve();
        var time = TimeProvider.System;

        Assert.Empty(await RedisCheck.LookAsync(Options(redis.Address), time, TestContext.Current.CancellationToken));
        var finding = Assert.Single(await RedisCheck.LookAsync(Options(down.Address), time, TestContext.Current.CancellationToken));

        Assert.Contains(down.Address, finding.Problem, StringComparison.Ordinal);
        Assert.Contains("SESSION_STORE_REDIS_ADDR", finding.NextStep, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("99", "written by a newer release (layout 99")]
    [InlineData("theirs", "holds no layout number")]
    public async Task Check_names_a_layout_that_the_start_refuses(string mark, string words)
    {
        var time = TimeProvider.System;
        var options = new RedisOptions { Configuration = SecretSource.FromValues(redis.Address), Prefix = _prefix };
        Assert.Empty(await RedisCheck.LookAsync(options, time, TestContext.Current.CancellationToken));
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.Address);
        await connection.GetDatabase().StringSetAsync(new RedisKeys(_prefix).Layout, mark);

        var finding = Assert.Single(await RedisCheck.LookAsync(options, time, TestContext.Current.CancellationToken));
        await using var rig = await GatewayRig.StartAsync(settings: Settings(redis.Address), waitUntilReady: false);

        Assert.Contains(words, finding.Problem, StringComparison.Ordinal);
        await Deadline.UntilAsync(async () => (await rig.ProbeAsync("/readyz")).Text.Contains(words, StringComparison.Ordinal), () => "/readyz says the same\n" + rig.Log.Text);
    }

    private static RedisOptions Options(string address) => new() { Configuration = SecretSource.FromValues(address) };

    private Dictionary<string, string> Settings(string address) => new()
    {
        ["SESSION_STORE_TYPE"] = "redis",
        ["SESSION_STORE_REDIS_ADDR"] = address,
        ["SESSION_STORE_REDIS_PREFIX"] = _prefix,
        ["SHUTDOWN_DELAY"] = "off",
    };

    private Task<GatewayRig> StartAsync(FakeProvider? provider = null) => GatewayRig.StartAsync(settings: Settings(redis.Address), provider: provider);

    private static async Task<int> StatusAsync(GatewayRig rig, string session) =>
        (await rig.SendAsync("GET", "/app", "Accept: application/json", "Cookie: authservice_session=" + session)).Status;
}
