using AuthGateway.Cli;
using AuthGateway.Hosting;
using AuthGateway.Observability;
using AuthGateway.Oidc.Refresh;
using AuthGateway.Sessions.Maintenance;
using AuthGateway.Sessions.Store;
using AuthGateway.Tests.Faults;

namespace AuthGateway.Tests.Background;

/// <summary>No exception of background work ends the process, stays unsaid, or stops that work.</summary>
public class SupervisedServiceTests
{
    [Fact]
    public async Task Every_hosted_service_of_the_gateway_is_supervised_and_has_a_name_of_its_own()
    {
        await using var rig = await GatewayRig.StartAsync();
        var ours = rig.Server.Services.GetServices<IHostedService>().Where(service => service.GetType().Assembly == typeof(GatewayServer).Assembly).ToList();
        var types = typeof(GatewayServer).Assembly.GetTypes().Where(type => type is { IsAbstract: false } && type.IsAssignableTo(typeof(IHostedService)));

        Assert.True(ours.Count >= 8);
        Assert.All(ours, service => Assert.IsAssignableFrom<SupervisedService>(service));
        Assert.All(types, type => Assert.True(type.IsSubclassOf(typeof(SupervisedService)), $"{type} is not supervised."));
        Assert.Distinct(ours.Cast<SupervisedService>().Select(service => service.Work));
    }

    [Theory]
    [InlineData(nameof(ISessionStore.CheckAsync), "sweep of the session store")]
    [InlineData(nameof(ISessionStore.DeleteExpiredAsync), "sweep of the session store")]
    [InlineData(nameof(ISessionStore.TouchAsync), "sweep of the session store")]
    [InlineData(nameof(ISessionStore.WatchAsync), "watch of the session store")]
    [InlineData(nameof(ISessionStore.FindLiveAsync), "watch of the session store")]
    public async Task Store_that_throws_what_nobody_expects_costs_one_turn(string method, string work)
    {
        FaultyCalls faults = null!;
        var clock = new ShiftedClock();
        await using var rig = await GatewayRig.StartAsync(clock: clock, services: services => faults = Wrap(services, method), settings: new Dictionary<string, string> { ["SESSION_IDLE_TIMEOUT"] = "8h" });
        var browser = await rig.LogInAsync();

        await Deadline.UntilAsync(
            async () =>
            {
                clock.Advance(TimeSpan.FromSeconds(20));
                await browser.GetAsync(rig.PublicUrl + "/app");
                TriggerWatch(rig);
                return !faults.IsArmed(method) && faults.CallsAfterFault(method) > 0;
            },
            $"{method} is called, throws, and is called again\n{rig.Log.Text}");

        Assert.Contains($"Background work failed: {work} (InvalidOperationException: thrown by the test in {method})", rig.Log.Text, StringComparison.Ordinal);
        Assert.Contains("authgateway_background_failures_total{", (await rig.ProbeAsync("/metrics")).Text, StringComparison.Ordinal);
        Assert.Equal(200, (await browser.GetAsync(rig.PublicUrl + "/app")).Status);
    }

    [Theory]
    [InlineData(typeof(SessionRefreshService), "ends and refreshes of sessions in memory")]
    [InlineData(typeof(SessionCleanupService), "sweep of the session store")]
    public async Task Clock_that_throws_costs_one_turn(Type service, string work)
    {
        var clock = new ThrowingClock();
        await using var rig = await GatewayRig.StartAsync(clock: clock);
        var browser = await rig.LogInAsync();

        clock.Arm(service);

        await Deadline.UntilAsync(() => !clock.IsArmed, "the clock throws");
        await Deadline.UntilAsync(() => rig.Log.Text.Contains($"Background work failed: {work} (", StringComparison.Ordinal), "it is logged");
        clock.Arm(service);
        await Deadline.UntilAsync(() => !clock.IsArmed, "the next turn comes");
        Assert.Equal(200, (await browser.GetAsync(rig.PublicUrl + "/app")).Status);
    }

    [Fact]
    public async Task Log_that_throws_does_not_end_the_refresh_of_the_metadata()
    {
        var log = new ThrowingLog(typeof(ProviderRefresh).FullName!);
        var provider = await FakeProvider.StartAsync();
        provider.Faults["discovery"] = Fault.Answer(503, "");
        await using var rig = await GatewayRig.StartAsync(provider: provider, waitUntilReady: false, services: services => services.AddLogging(logging => logging.AddProvider(log)));

        await Deadline.UntilAsync(() => log.HasThrown, "the log throws");
        provider.Faults.Clear();

        await Deadline.UntilAsync(async () => (await rig.ProbeAsync("/readyz")).Status == 200, () => "ready\n" + rig.Log.Text);
        Assert.Contains("Background work failed: refresh of the provider's metadata (", rig.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failure_of_every_part_of_a_service_is_logged_with_the_works_name_and_the_next_turn_comes()
    {
        await using var rig = await GatewayRig.StartAsync();
        using var service = new FailingService(rig.Server.Services.GetRequiredService<Supervisor>());

        await service.StartAsync(CancellationToken.None);
        await Deadline.UntilAsync(() => service.Turns >= 2, "a second turn");
        await service.StoppingAsync(CancellationToken.None);
        await service.StopAsync(CancellationToken.None);

        Assert.All(new[] { "begin", "turn 1", "drain", "finish" }, part =>
            Assert.Contains($"Background work failed: test work (NotSupportedException: {part})", rig.Log.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Work_that_nobody_waits_for_is_logged_when_it_fails()
    {
        await using var rig = await GatewayRig.StartAsync();
        var supervisor = rig.Server.Services.GetRequiredService<Supervisor>();

        supervisor.Start("test work", async () =>
        {
            await Task.Yield();
            throw new NotSupportedException("alone");
        });

        await Deadline.UntilAsync(() => rig.Log.Text.Contains("Background work failed: test work (NotSupportedException: alone)", StringComparison.Ordinal), "it is logged");
    }

    [Fact]
    public async Task Same_failure_again_and_again_is_one_line_a_minute_and_counted_each_time()
    {
        var clock = new ShiftedClock();
        await using var rig = await GatewayRig.StartAsync(clock: clock);
        var supervisor = rig.Server.Services.GetRequiredService<Supervisor>();

        for (var i = 0; i < 50; i++)
        {
            supervisor.Failed("test work", new NotSupportedException("again"));
        }

        clock.Advance(TimeSpan.FromMinutes(2));
        supervisor.Failed("test work", new NotSupportedException("again"));

        Assert.Equal(2, rig.Log.Lines.Count(line => line.Contains("Background work failed: test work", StringComparison.Ordinal)));
        Assert.Matches("""authgateway_background_failures_total{.*work="test work".*} 51""", (await rig.ProbeAsync("/metrics")).Text);
    }

    [Fact]
    public async Task Server_that_ends_without_being_told_to_gives_an_exit_code_that_is_not_0()
    {
        await using var rig = await GatewayRig.StartAsync();
        await rig.StopServerAsync();
        var options = rig.Options;
        await using var server = GatewayServer.Create(options);
        var lifetime = server.Services.GetRequiredService<IHostApplicationLifetime>();
        using var started = lifetime.ApplicationStarted.Register(lifetime.StopApplication);

        Assert.Equal(ExitCode.Ended, await RunCommand.ServeAsync(server, options, CancellationToken.None));
    }

    [Fact]
    public async Task Server_that_was_told_to_stop_gives_exit_code_0()
    {
        await using var rig = await GatewayRig.StartAsync();
        await rig.StopServerAsync();
        using var told = new CancellationTokenSource();
        await using var server = GatewayServer.Create(rig.Options);
        using var started = server.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.Register(told.Cancel);

        Assert.Equal(ExitCode.Fine, await RunCommand.ServeAsync(server, rig.Options, told.Token));
    }

    private static FaultyCalls Wrap(IServiceCollection services, string method)
    {
        var faults = StoreCalls.Around<FaultyCalls>(services);
        faults.Arm(method);
        return faults;
    }

    // Another process that writes: the watch compares what it has in memory.
    internal static void TriggerWatch(GatewayRig rig)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={rig.StorePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "UPDATE heartbeat SET beats = beats + 1";
        command.ExecuteNonQuery();
    }
}
