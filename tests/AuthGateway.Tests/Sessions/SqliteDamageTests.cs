using AuthGateway.Cli;
using AuthGateway.Cli.Checks;
using AuthGateway.Sessions.Store;
using AuthGateway.Sessions.Store.Sqlite;
using AuthGateway.Testing.Stores;
using AuthGateway.Tests.Cli;

namespace AuthGateway.Tests.Sessions;

/// <summary>A store that is damaged, or whose file system has no shared memory, is used again without a shell.</summary>
public sealed class SqliteDamageTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Damaged_store_is_moved_aside_and_logins_go_on(bool isRunning)
    {
        await using var rig = await GatewayRig.StartAsync();
        var session = rig.SessionOf(await rig.LogInAsync());
        if (isRunning)
        {
            var store = rig.SharedServices.GetRequiredService<ISessionStore>();
            await Task.WhenAll(Enumerable.Range(0, 3000).Select(i => store.InsertAsync(Rows.New("sub-" + i), TestContext.Current.CancellationToken)));
            using (var file = StoreFile.Open(rig.StorePath))
            {
                StoreFile.Execute(file, "PRAGMA wal_checkpoint(TRUNCATE)");
            }

            Damage(rig.StorePath);
            await Deadline.UntilAsync(async () => await FailsAsync(store) || Aside(rig).Length > 0, () => "the damage is met\n" + rig.Log.Text);
        }
        else
        {
            await rig.StopServerAsync();
            Damage(rig.StorePath);
            await rig.StartAgainAsync(waitUntilReady: false);
        }

        await Deadline.UntilAsync(() => rig.Log.Lines.Any(line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains("was damaged. It is kept as", StringComparison.Ordinal)), () => "said\n" + rig.Log.Text);
        await Deadline.UntilAsync(async () => (await rig.NewBrowser().VisitAsync(rig.PublicUrl + "/start")).Answer.Status == 200, () => "logins go on\n" + rig.Log.Text);
        Assert.Equal(401, (await rig.SendAsync("GET", "/app", "Accept: application/json", "Cookie: authservice_session=" + session)).Status);
        Assert.Single(Aside(rig));
        await Deadline.UntilAsync(async () => (await rig.ProbeAsync("/readyz")).Status == 200, "ready");
    }

    [Fact]
    public async Task Reset_moves_away_what_is_not_known_to_be_ours_and_the_gateway_goes_on()
    {
        await using var rig = await GatewayRig.StartAsync();
        await rig.StopServerAsync();
        await File.WriteAllTextAsync(rig.StorePath, string.Concat(Enumerable.Repeat("this is no database. ", 500)), TestContext.Current.CancellationToken);
        await rig.StartAgainAsync(waitUntilReady: false);
        await Deadline.UntilAsync(async () => (await rig.ProbeAsync("/readyz")).Text.Contains("sessions reset", StringComparison.Ordinal), "the way out is named");
        Assert.Empty(Aside(rig));

        var unsure = await RunAsync(rig, "sessions", "reset");
        var sure = await RunAsync(rig, "sessions", "reset", "--yes");

        Assert.Equal(ExitCode.BrokenSettings, unsure.ExitCode);
        Assert.Contains("--yes", unsure.Error, StringComparison.Ordinal);
        Assert.True(sure.ExitCode == ExitCode.Fine, sure.Error);
        Assert.StartsWith("this is no database", await File.ReadAllTextAsync(Assert.Single(Aside(rig)), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await Deadline.UntilAsync(async () => (await rig.NewBrowser().VisitAsync(rig.PublicUrl + "/start")).Answer.Status == 200, () => "logins go on\n" + rig.Log.Text);
        Assert.Contains("nothing was done", (await RunAsync(rig, "sessions", "reset", "--yes", "--env-file", Elsewhere(rig))).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Store_without_a_file_for_shared_memory_is_opened_for_one_process_alone()
    {
        using var folder = new TempFolder();
        var path = folder.File("data.db");
        // Nothing can be made at the path of the -shm file.
        File.CreateSymbolicLink(path + "-shm", "/proc/nowhere/shm");
        var settings = new Dictionary<string, string> { ["SESSION_STORE_PATH"] = path };
        await using var rig = await GatewayRig.StartAsync(settings: settings);

        var session = rig.SessionOf(await rig.LogInAsync());
        await rig.RestartAsync();

        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Accept: application/json", "Cookie: authservice_session=" + session)).Status);
        Assert.Contains(rig.Log.Lines, line => line.Contains("has no shared memory maps", StringComparison.Ordinal));
        Assert.Equal(200, (await rig.ProbeAsync("/readyz")).Status);
    }

    [Fact]
    public async Task Command_line_works_without_shared_memory_while_the_gateway_is_stopped()
    {
        using var folder = new TempFolder();
        var path = folder.File("data.db");
        File.CreateSymbolicLink(path + "-shm", "/proc/nowhere/shm");
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["SESSION_STORE_PATH"] = path });
        await rig.LogInAsync();

        var beside = await RunAsync(rig, "sessions", "list");
        await rig.StopServerAsync();
        var listed = await RunAsync(rig, "sessions", "list");
        var found = StoreCheck.Look(new AuthGateway.Configuration.SessionOptions { StorePath = path, Secrets = AuthGateway.Configuration.SecretSource.Empty });
        var ended = await RunAsync(rig, "sessions", "end", "--all");

        Assert.Equal(ExitCode.Findings, beside.ExitCode);
        Assert.Contains("is locked by another process", beside.Error, StringComparison.Ordinal);
        Assert.True(listed.ExitCode == ExitCode.Fine, listed.Error);
        Assert.EndsWith("1 session(s).", listed.Output.TrimEnd(), StringComparison.Ordinal);
        Assert.Empty(found);
        Assert.True(ended.ExitCode == ExitCode.Fine, ended.Error);
        Assert.StartsWith("Ended 1 session(s).", ended.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10, 5386, "no shared memory maps")]
    [InlineData(10, 4618, "no shared memory maps")]
    [InlineData(10, 3850, "no file locks")]
    [InlineData(5, 5, "is locked by another process")]
    [InlineData(10, 778, "the disk takes nothing more")]
    public void What_the_file_system_lacks_is_said(int code, int extended, string words)
    {
        using var folder = new TempFolder();

        var message = SqliteErrors.Describe(folder.File("data.db"), new Microsoft.Data.Sqlite.SqliteException("disk I/O error", code, extended)).Message;

        Assert.Contains(words, message, StringComparison.Ordinal);
    }

    /// <summary>Everything behind the first page: the header still says whose it is.</summary>
    private static void Damage(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        var length = (int)stream.Length - 4096;
        stream.Position = 4096;
        stream.Write(Enumerable.Repeat((byte)0xA5, length).ToArray());
    }

    private static async Task<bool> FailsAsync(ISessionStore store)
    {
        try
        {
            await store.ListAsync(new SessionFilter(), 5000, TestContext.Current.CancellationToken);
            return false;
        }
        catch (StoreUnavailableException)
        {
            return true;
        }
    }

    private static string[] Aside(GatewayRig rig) =>
        [.. Directory.GetFiles(Path.GetDirectoryName(rig.StorePath)!, "*.damaged-*").Where(file => !file.EndsWith("-wal", StringComparison.Ordinal))];

    private static string Elsewhere(GatewayRig rig)
    {
        var file = rig.StorePath + ".env";
        File.WriteAllText(file, $"SESSION_STORE_PATH={rig.StorePath}.elsewhere\n");
        return file;
    }

    private static Task<CommandRun> RunAsync(GatewayRig rig, params string[] arguments)
    {
        var environment = new Dictionary<string, string>
        {
            ["OIDC_PROVIDER"] = rig.Provider.Issuer,
            ["CLIENT_ID"] = FakeProvider.ClientId,
            ["CLIENT_SECRET"] = FakeProvider.ClientSecret,
            ["PUBLIC_URL"] = rig.PublicUrl,
        };
        if (!arguments.Contains("--env-file"))
        {
            environment["SESSION_STORE_PATH"] = rig.StorePath;
        }

        return CommandRun.OfAsync(environment, arguments);
    }
}
