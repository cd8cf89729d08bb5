using AuthGateway.Cli.Checks;
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
}
