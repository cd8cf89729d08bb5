using AuthGateway.Cli;
using AuthGateway.Cli.Checks;
using AuthGateway.Configuration;
using AuthGateway.Outgoing;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store.Redis;
using AuthGateway.Tests.Cli;

namespace AuthGateway.Tests.Sessions;

/// <summary>Replicas that differ in what must agree name it: in the log, in <c>/readyz</c>, and by <c>check</c>.</summary>
public sealed class ReplicaNoteTests(GarnetRedis redis) : IClassFixture<GarnetRedis>
{
    private readonly string _prefix = $"test-{Guid.NewGuid():N}:";

    [Theory]
    [InlineData("SESSION_SECRET", "another SESSION_SECRET")]
    [InlineData("PUBLIC_URL", "another PUBLIC_URL")]
    [InlineData("CLIENT_ID", "another CLIENT_ID")]
    [InlineData("OIDC_ISSUER", "another OIDC_PROVIDER")]
    [InlineData("SESSION_STORE_REDIS_PREFIX", "another SESSION_STORE_REDIS_PREFIX")]
    public async Task Setting_that_differs_is_named_by_a_replica_at_its_start(string name, string words)
    {
        await using var a = await GatewayRig.StartAsync(settings: Settings());
        await Deadline.UntilAsync(async () => (await LookAsync(a, Settings())).Seen.Count == 1, "the first is announced");

        // Another issuer is not served by this provider: that replica need not be ready to see the difference.
        var other = new Dictionary<string, string>(Settings()) { [name] = Value(name) };
        await using var b = await GatewayRig.StartAsync(settings: other, provider: a.Provider, waitUntilReady: false);

        await Deadline.UntilAsync(() => b.Log.Lines.Any(line => line.Contains(words, StringComparison.Ordinal)), words + " in the log\n" + b.Log.Text);
        Assert.DoesNotContain(Value(name), string.Concat(b.Log.Lines.Where(line => line.Contains(words, StringComparison.Ordinal))), StringComparison.Ordinal);
        Assert.DoesNotContain(b.Log.Lines, line => line.Contains("Replica ", StringComparison.Ordinal) && !line.Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Clock_that_is_two_minutes_off_is_named_by_both()
    {
        var clock = new ShiftedClock();
        clock.Advance(TimeSpan.FromSeconds(125));
        await using var a = await GatewayRig.StartAsync(settings: Settings());
        await using var b = await GatewayRig.StartAsync(settings: Settings(), clock: clock, provider: a.Provider);

        await ExpectReadyAsync(b, text => text.Contains("The clock of this gateway is 12", StringComparison.Ordinal));
        await ExpectReadyAsync(a, text => text.Contains("s ahead of the clock of Redis; set its host's time", StringComparison.Ordinal));

        // Another number is no other difference.
        clock.Advance(TimeSpan.FromSeconds(30));
        await ExpectReadyAsync(b, text => text.Contains("The clock of this gateway is 15", StringComparison.Ordinal));
        Assert.Single(b.Log.Lines, line => line.Contains("The clock of this gateway", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Replicas_that_agree_say_nothing_and_one_that_left_is_forgotten()
    {
        await using var a = await GatewayRig.StartAsync(settings: Settings());
        var b = await GatewayRig.StartAsync(settings: new Dictionary<string, string>(Settings()) { ["SESSION_SECRET"] = Value("SESSION_SECRET") }, provider: a.Provider);
        await ExpectReadyAsync(a, text => text.Contains("SESSION_SECRET", StringComparison.Ordinal));
        await b.StopServerAsync();

        await ExpectReadyAsync(a, text => text == "ready\n");

        b.Upstream.Dispose();
        await using var c = await GatewayRig.StartAsync(settings: new Dictionary<string, string>(Settings()) { ["SESSION_SECRET"] = $"{Value("SESSION_SECRET")} {new string('s', 40)}" }, provider: a.Provider);
        // A newer secret before the shared one: this replica opens all, the other does not.
        await ExpectReadyAsync(a, text => text.Contains("SESSION_SECRET", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Check_lists_the_replicas_and_names_what_differs_from_the_settings_at_hand()
    {
        await using var a = await GatewayRig.StartAsync(settings: Settings());
        await using var b = await GatewayRig.StartAsync(settings: Settings(), provider: a.Provider);

        await Deadline.UntilAsync(async () => (await LookAsync(a, Settings())).Seen.Count == 2, "both are announced");
        var (agreed, seen) = await LookAsync(a, Settings());
        var (differ, _) = await LookAsync(a, new Dictionary<string, string>(Settings()) { ["SESSION_SECRET"] = Value("SESSION_SECRET") });

        Assert.Empty(agreed);
        Assert.Equal(2, seen.Count);
        Assert.All(seen, one => Assert.StartsWith(Environment.MachineName + " (", one, StringComparison.Ordinal));
        Assert.Equal(2, differ.Count(finding => finding.Problem.Contains("another SESSION_SECRET", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Redis_that_the_comparison_cannot_use_is_a_finding_unless_there_is_one_already()
    {
        using var redis = GarnetRedis.Reserve();
        redis.Start(runsScripts: false);
        await using var rig = await GatewayRig.StartAsync();
        var options = SettingsReader.Read(EnvironmentOf(rig, new() { ["SESSION_STORE_TYPE"] = "redis", ["SESSION_STORE_REDIS_ADDR"] = redis.Address }), []).Options!;

        var (findings, _) = await ReplicaCheck.LookAsync(options, TimeProvider.System, reportsTrouble: true, TestContext.Current.CancellationToken);
        var (others, _) = await ReplicaCheck.LookAsync(options, TimeProvider.System, reportsTrouble: false, TestContext.Current.CancellationToken);

        Assert.Contains("refuses a command", Assert.Single(findings).Problem, StringComparison.Ordinal);
        Assert.Empty(others);
    }

    [Fact]
    public async Task Readyz_and_the_command_list_the_replicas_and_name_one_of_another_version()
    {
        await using var a = await GatewayRig.StartAsync(settings: Settings());
        await using var b = await GatewayRig.StartAsync(settings: Settings(), provider: a.Provider);
        await ExpectReadyAsync(a, text => text.Contains($"Other replicas seen: 1 ({Environment.MachineName} (", StringComparison.Ordinal));
        await ExpectReadyAsync(b, text => text.Contains($"Other replicas seen: 1 ({Environment.MachineName} (", StringComparison.Ordinal));
        Assert.Equal(200, (await a.ProbeAsync("/readyz")).Status);

        await AnnounceAsync(a, "0.0.1");

        await ExpectReadyAsync(a, text => text.Contains("Replica old-pod runs version 0.0.1, this one ", StringComparison.Ordinal) && text.Contains("Other replicas seen: 2 (", StringComparison.Ordinal));
        var check = await CommandRun.OfAsync(EnvironmentOf(a, Settings()), "check");
        Assert.Equal(ExitCode.Findings, check.ExitCode);
        Assert.Contains("Replica old-pod runs version 0.0.1", check.Output, StringComparison.Ordinal);
        Assert.Matches(@"Replicas seen on Redis: (\S+ \(\S+\)(, )?){3}\.", check.Output);
        Assert.Contains("old-pod (0.0.1)", check.Output, StringComparison.Ordinal);
    }

    /// <summary>As a replica of another release would: same settings, another name and version.</summary>
    private static async Task AnnounceAsync(GatewayRig like, string version)
    {
        await using var connection = new RedisConnection(like.Options.Session.Redis!, TimeProvider.System, Connector.System);
        var facts = like.Server.Services.GetRequiredService<ReplicaDigests>().Make(TimeSpan.Zero);
        await new RedisReplicas(connection, TimeProvider.System).LookAsync(facts with { Id = "old", Name = "old-pod", Version = version }, TestContext.Current.CancellationToken);
    }

    private static async Task<(IReadOnlyList<CheckFinding> Findings, IReadOnlyList<string> Seen)> LookAsync(GatewayRig rig, Dictionary<string, string> settings)
    {
        return await ReplicaCheck.LookAsync(SettingsReader.Read(EnvironmentOf(rig, settings), []).Options!, TimeProvider.System, reportsTrouble: true, TestContext.Current.CancellationToken);
    }

    private static Dictionary<string, string> EnvironmentOf(GatewayRig rig, Dictionary<string, string> settings) => new(settings)
    {
        ["OIDC_PROVIDER"] = rig.Provider.Issuer,
        ["CLIENT_ID"] = FakeProvider.ClientId,
        ["CLIENT_SECRET"] = FakeProvider.ClientSecret,
        ["PUBLIC_URL"] = rig.PublicUrl,
    };

    private static string Value(string name) => name switch
    {
        "SESSION_SECRET" => new string('x', 40),
        "PUBLIC_URL" => "https://elsewhere.example.test",
        "CLIENT_ID" => "client-of-another-gateway",
        "OIDC_ISSUER" => "https://another-issuer.example.test",
        _ => "another-prefix:",
    };

    private static Task ExpectReadyAsync(GatewayRig rig, Func<string, bool> condition) =>
        Deadline.UntilAsync(async () => condition((await rig.ProbeAsync("/readyz")).Text), "the differences in /readyz\n" + rig.Log.Text, seconds: 30);

    private Dictionary<string, string> Settings() => new()
    {
        ["SESSION_STORE_TYPE"] = "redis",
        ["SESSION_STORE_REDIS_ADDR"] = redis.Address,
        ["SESSION_STORE_REDIS_PREFIX"] = _prefix,
        ["SESSION_SECRET"] = new string('s', 40),
        ["SHUTDOWN_DELAY"] = "off",
    };
}
