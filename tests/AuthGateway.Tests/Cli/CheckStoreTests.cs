using System.Diagnostics;
using AuthGateway.Cli.Checks;
using AuthGateway.Configuration;
using AuthGateway.Sessions.Store.Sqlite;
using AuthGateway.Tests.Sessions;
using Microsoft.Data.Sqlite;

namespace AuthGateway.Tests.Cli;

/// <summary>What <c>check</c> says about the session store, without a trace in it.</summary>
public sealed class CheckStoreTests : CheckRun
{
    [Fact]
    public async Task Store_that_is_a_folder_or_lies_below_a_file_is_named()
    {
        await File.WriteAllTextAsync(Folder.File("file"), "", TestContext.Current.CancellationToken);

        var folder = Assert.Single(await FindingsAsync(CheckArea.Store, "SESSION_STORE_PATH=" + Folder.Path));
        var below = Assert.Single(await FindingsAsync(CheckArea.Store, "SESSION_STORE_PATH=" + Folder.File("file/deep/data.db")));

        Assert.Contains($"{Folder.Path} is a folder; name a file in it", folder.Problem, StringComparison.Ordinal);
        Assert.Contains($"lies below {Folder.File("file")}, which is a file", below.Problem, StringComparison.Ordinal);
        Assert.Equal([Folder.File("file")], Directory.GetFileSystemEntries(Folder.Path));
    }

    [Fact]
    public async Task Store_below_a_file_is_named_with_user_owner_and_mode()
    {
        var finding = Assert.Single(await FindingsAsync(CheckArea.Store, "SESSION_STORE_PATH=/proc/auth-gateway/data.db"));

        Assert.Matches(@"cannot be written by uid \d+ gid \d+: /proc is owned by 0:0 with mode 0555", finding.Problem);
    }

    [Fact]
    public async Task Old_bolt_file_is_named_and_stays_where_it_is()
    {
        var page = new byte[4096];
        BitConverter.GetBytes(0xED0CDAED).CopyTo(page, 16);
        File.WriteAllBytes(Folder.File("data.db"), page);

        Assert.Contains("BoltDB", Assert.Single(await FindingsAsync(CheckArea.Store)).Problem, StringComparison.Ordinal);
        Assert.Equal(page, File.ReadAllBytes(Folder.File("data.db")));
    }

    [Fact]
    public async Task Redis_that_runs_no_scripts_is_found_as_every_login_needs_them()
    {
        using var redis = GarnetRedis.Reserve();
        redis.Start(runsScripts: false);

        var finding = Assert.Single(await FindingsAsync(CheckArea.Store, "SESSION_STORE_TYPE=redis", "SESSION_STORE_REDIS_ADDR=" + redis.Address));

        Assert.Contains($"Redis at {redis.Address} (SESSION_STORE_REDIS…) refuses a command", finding.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_file_and_foreign_database_are_no_store()
    {
        File.WriteAllText(Folder.File("text.db"), new string('x', 5000));
        using (var foreign = new SqliteConnection($"Data Source={Folder.File("foreign.db")};Pooling=False"))
        {
            foreign.Open();
            using var command = foreign.CreateCommand();
            command.CommandText = "CREATE TABLE theirs(a)";
            command.ExecuteNonQuery();
        }

        Assert.Contains("not a usable SQLite file", Assert.Single(await FindingsAsync(CheckArea.Store, "SESSION_STORE_PATH=" + Folder.File("text.db"))).Problem, StringComparison.Ordinal);
        Assert.Contains("another application", Assert.Single(await FindingsAsync(CheckArea.Store, "SESSION_STORE_PATH=" + Folder.File("foreign.db"))).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PRAGMA user_version=99", "newer release (version 99")]
    [InlineData("ALTER TABLE sessions DROP COLUMN leased", "no such column: leased")]
    public async Task Store_that_the_start_refuses_is_a_finding(string sql, string words)
    {
        await MakeStoreAsync(Folder.File("data.db"));
        Assert.DoesNotContain((await LookAsync()).Findings, finding => finding.Area == CheckArea.Store);
        using (var file = StoreFile.Open(Folder.File("data.db")))
        {
            StoreFile.Execute(file, sql);
        }

        Assert.Contains(words, Assert.Single(await FindingsAsync(CheckArea.Store)).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is shorter than 32 characters")]
    [InlineData(null, "cannot be read")]
    public async Task Kept_secret_that_cannot_be_used_is_named_where_it_is_used(string? text, string words)
    {
        var path = Folder.File("data.db.secret");
        if (text is null)
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            await File.WriteAllTextAsync(path, text, TestContext.Current.CancellationToken);
        }

        var finding = Assert.Single(await FindingsAsync(CheckArea.Store));
        var unused = await LookAsync("SESSION_SECRET=5gJbq0Zl1oXv8cY3nW7rT2kP9dF6hS4a");

        Assert.Contains(path, finding.Problem, StringComparison.Ordinal);
        Assert.Contains(words, finding.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain(unused.Findings, finding => finding.Area == CheckArea.Store);
        Assert.Equal([path], Directory.GetFileSystemEntries(Folder.Path));
    }

    [Fact]
    public async Task Read_only_mount_is_named_by_check_and_sessions()
    {
        var volume = Folder.File("volume");
        Directory.CreateDirectory(volume);
        if (await InMountsAsync($"mount -t tmpfs none '{volume}'") is { ExitCode: not 0 } refused)
        {
            Assert.Skip("may not mount: " + refused.Output);
        }

        await MakeStoreAsync(Folder.File("source.db"));
        var (_, output) = await InMountsAsync(
            $"mount -t tmpfs none '{volume}' && cp '{Folder.File("source.db")}' '{volume}/data.db' && mount -o remount,ro '{volume}' || exit 9; \"$0\" check; \"$0\" sessions list",
            "SESSION_STORE_PATH=" + volume + "/data.db");

        var lines = output.Split('\n').Where(line => line.Contains("is on a read-only file system", StringComparison.Ordinal)).ToList();
        Assert.True(lines.Count == 2, output);
        Assert.Contains("next: Mount a writable volume there", output, StringComparison.Ordinal);
        Assert.DoesNotContain("is owned by", output, StringComparison.Ordinal);
    }

    private static async Task MakeStoreAsync(string path)
    {
        using var store = new SqliteSessionStore(new AuthGateway.Configuration.SessionOptions { StorePath = path, Secrets = SecretSource.Empty }, TimeProvider.System);
        await store.CheckAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Runs a script whose mounts nobody else sees; $0 is the gateway's program.</summary>
    private async Task<(int ExitCode, string Output)> InMountsAsync(string script, params string[] changes)
    {
        var program = PublishedGateway.Program ?? Path.Combine(AppContext.BaseDirectory, "auth-gateway");
        var start = new ProcessStartInfo("unshare", ["-m", "sh", "-c", $"exec 2>&1; {script}", program]) { RedirectStandardOutput = true };
        foreach (var (name, value) in Variables(changes))
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output);
    }
}
