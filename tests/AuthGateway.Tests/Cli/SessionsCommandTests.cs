using System.Diagnostics;
using System.Text.Json.Nodes;
using AuthGateway.Cli;
using AuthGateway.Sessions.Store;
using AuthGateway.Testing.Stores;

namespace AuthGateway.Tests.Cli;

/// <summary>The command as a process of its own, beside a running gateway on the same store.</summary>
public class SessionsCommandTests
{
    [Fact]
    public async Task End_beside_a_running_gateway_is_noticed_within_a_second()
    {
        await using var rig = await GatewayRig.StartAsync();
        var bobs = await rig.LogInAsync(ProviderUser.Bob, "sid-2");

        // The best of three: what is measured is the gateway, not a machine that does much else.
        var noticed = TimeSpan.MaxValue;
        for (var attempt = 0; attempt < 3 && noticed > TimeSpan.FromSeconds(1); attempt++)
        {
            var session = await rig.LogInAsync(ProviderUser.Alice, "sid-1");
            var run = await RunAsync(rig, "sessions", "end", "--user", "alice@example.test");
            var ended = Stopwatch.GetTimestamp();
            Assert.True(run.ExitCode == ExitCode.Fine, run.Error);
            Assert.StartsWith("Ended 1 session(s).", run.Output, StringComparison.Ordinal);
            await Deadline.UntilAsync(async () => await rig.StatusAsync(session) == 401, "the ended session is over");
            noticed = Stopwatch.GetElapsedTime(ended) is var took && took < noticed ? took : noticed;
            Assert.Equal(302, (await rig.SendAsync("GET", "/app", "Accept: text/html", "Cookie: authservice_session=" + session)).Status);
        }

        Assert.InRange(noticed.TotalSeconds, 0, 1);
        Assert.Equal(200, await rig.StatusAsync(bobs));
    }

    [Fact]
    public async Task List_shows_who_is_logged_in_and_nothing_secret()
    {
        await using var rig = await GatewayRig.StartAsync();
        var session = await rig.LogInAsync(ProviderUser.Alice, "sid-1");
        await rig.LogInAsync(ProviderUser.Bob, "sid-2");

        var table = await RunAsync(rig, "sessions", "list");
        var json = JsonNode.Parse((await RunAsync(rig, "sessions", "list", "--sid", "sid-1", "--json")).Output)!["sessions"]!.AsArray();

        Assert.Equal(ExitCode.Fine, table.ExitCode);
        Assert.Contains("alice@example.test", table.Output, StringComparison.Ordinal);
        Assert.Contains("bob@example.test", table.Output, StringComparison.Ordinal);
        Assert.EndsWith("2 session(s).", table.Output.TrimEnd(), StringComparison.Ordinal);
        var only = Assert.Single(json)!;
        Assert.Equal(("alice@example.test", "sid-1", "sub-alice"), ((string?)only["user"], (string?)only["sid"], (string?)only["subject"]));
        Assert.DoesNotContain(session, table.Output + json.ToJsonString(), StringComparison.Ordinal);
        Assert.All(rig.Provider.Secrets, secret => Assert.DoesNotContain(secret, table.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task End_by_the_first_digits_of_an_id_ends_that_one_and_all_ends_all()
    {
        await using var rig = await GatewayRig.StartAsync();
        var first = await rig.LogInAsync(ProviderUser.Alice, "sid-1");
        var second = await rig.LogInAsync(ProviderUser.Alice, "sid-2");
        var listed = JsonNode.Parse((await RunAsync(rig, "sessions", "list", "--sid", "sid-1", "--json")).Output)!["sessions"]!.AsArray();

        var one = await RunAsync(rig, "sessions", "end", "--id", ((string)listed[0]!["id"]!)[..8].ToUpperInvariant(), "--json");
        await Deadline.UntilAsync(async () => await rig.StatusAsync(first) == 401, "the first one ends", seconds: 5);
        Assert.Equal(200, await rig.StatusAsync(second));
        var all = await RunAsync(rig, "sessions", "end", "--all");
        await Deadline.UntilAsync(async () => await rig.StatusAsync(second) == 401, "the second one ends", seconds: 5);

        Assert.Equal(1, (int?)JsonNode.Parse(one.Output)!["ended"]);
        Assert.StartsWith("Ended 1 session(s).", all.Output, StringComparison.Ordinal);
        Assert.Equal(0, rig.StoredRows());
    }

    [Fact]
    public async Task Ten_thousand_sessions_end_in_five_seconds()
    {
        await using var rig = await GatewayRig.StartAsync();
        var store = rig.SharedServices.GetRequiredService<ISessionStore>();
        foreach (var chunk in Enumerable.Range(0, 10_000).Chunk(2000))
        {
            await Task.WhenAll(chunk.Select(i => store.InsertAsync(Rows.New("sub-" + i), TestContext.Current.CancellationToken)));
        }

        var began = Stopwatch.GetTimestamp();
        var run = await RunAsync(rig, "sessions", "end", "--all");
        var took = Stopwatch.GetElapsedTime(began);

        Assert.StartsWith("Ended 10000 session(s).", run.Output, StringComparison.Ordinal);
        Assert.Equal(0, rig.StoredRows());
        TestContext.Current.TestOutputHelper?.WriteLine($"10,000 sessions of a SQLite file ended in {took.TotalSeconds:0.00} s");
        Assert.InRange(took.TotalSeconds, 0, 5);
    }

    [Fact]
    public async Task End_without_a_choice_or_without_a_match_ends_nothing_and_says_so()
    {
        await using var rig = await GatewayRig.StartAsync();
        await rig.LogInAsync(ProviderUser.Alice, "sid-1");

        var bare = await RunAsync(rig, "sessions", "end");
        var nobody = await RunAsync(rig, "sessions", "end", "--user", "nobody@example.test");

        Assert.Equal(ExitCode.BrokenSettings, bare.ExitCode);
        Assert.Contains("--all", bare.Error, StringComparison.Ordinal);
        Assert.Equal((ExitCode.Findings, "No session matches."), (nobody.ExitCode, nobody.Output.Trim()));
        Assert.Equal(1, rig.StoredRows());
    }

    [Fact]
    public async Task What_a_browser_calls_itself_cannot_move_the_terminal()
    {
        await using var rig = await GatewayRig.StartAsync();
        var browser = rig.NewBrowser();
        browser.NavigationHeaders = [.. browser.NavigationHeaders, new("User-Agent", "Evil/1.0 \u00c2\u009b31m red")];
        var (answer, _) = await browser.VisitAsync(rig.PublicUrl + "/app");
        Assert.Equal(200, answer.Status);

        var run = await RunAsync(rig, "sessions", "list");

        Assert.Matches("Evil/1.0 [^ ]*31m red", run.Output);
        Assert.DoesNotContain(run.Output, c => char.IsControl(c) && c != '\n');
    }

    [Fact]
    public async Task Without_a_store_it_says_where_it_looked_and_makes_none()
    {
        using var folder = new TempFolder();
        var environment = AuthGateway.Tests.Configuration.KubeflowEnvironments.Of("1.8", "SESSION_STORE_PATH=" + folder.File("data.db"));

        var run = await CommandRun.OfAsync(environment, "sessions", "list");

        Assert.Equal(ExitCode.Findings, run.ExitCode);
        Assert.Contains(folder.File("data.db"), run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    private static Task<CommandRun> RunAsync(GatewayRig rig, params string[] arguments) => CommandRun.OfAsync(
        new Dictionary<string, string>
        {
            ["OIDC_PROVIDER"] = rig.Provider.Issuer,
            ["CLIENT_ID"] = FakeProvider.ClientId,
            ["CLIENT_SECRET"] = FakeProvider.ClientSecret,
            ["PUBLIC_URL"] = rig.PublicUrl,
            ["SESSION_STORE_PATH"] = rig.StorePath,
        },
        arguments);
}
