using System.Reflection;
using AuthGateway.Configuration;
using AuthGateway.Sessions.Store;
using AuthGateway.Sessions.Store.Sqlite;
using Microsoft.Data.Sqlite;

namespace AuthGateway.Tests.Sessions;

/// <summary>What a login, a request and a logout get for each fault of the file (docs/session-stores.md has the table; full and read-only disks are system tests).</summary>
public sealed class SqliteFaultTests
{
    [Fact]
    public async Task Locked_by_another_writer()
    {
        await using var rig = await GatewayRig.StartAsync();
        var probe = await StoreProbe.PrepareAsync(rig);
        using (var other = StoreFile.Open(rig.StorePath))
        {
            StoreFile.Execute(other, "BEGIN IMMEDIATE");
            Assert.Equal(new StoreAnswers(Held: 200, Stored: 200, Login: 503, Logout: 201), await probe.AskAsync());
        }

        Assert.Equal(200, await probe.LogInAsync());
        Assert.Equal(200, await probe.RequestAsync(probe.Stored));
        await probe.ExpectLogoutArrivesAsync();
    }

    /// <summary>The writing connection gets SQLITE_READONLY, as on a file system that was remounted read-only after an error.</summary>
    [Fact]
    public async Task Disk_that_becomes_read_only_refuses_writes_alone()
    {
        using var folder = new TempFolder();
        using var store = new SqliteSessionStore(new AuthGateway.Configuration.SessionOptions { StorePath = folder.File("data.db"), Secrets = SecretSource.Empty }, TimeProvider.System);
        await store.CheckAsync(TestContext.Current.CancellationToken);
        var writer = (SqliteWorker)typeof(SqliteSessionStore).GetField("_writer", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(store)!;
        await writer.RunAsync(
            connection =>
            {
                StoreFile.Execute(connection, "PRAGMA query_only=1");
                return 0;
            },
            TestContext.Current.CancellationToken);

        var e = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.CheckAsync(TestContext.Current.CancellationToken));

        Assert.Equal(SQLitePCL.raw.SQLITE_READONLY, Assert.IsType<SqliteException>(e.InnerException!.InnerException).SqliteErrorCode);
        Assert.Equal((true, false), (e.RefusesWrites, e.IsFull));
        Assert.Empty(await store.ListAsync(new SessionFilter(), 10, TestContext.Current.CancellationToken));
        await store.CheckAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Read_only_file_system_is_no_matter_of_ownership()
    {
        using var folder = new TempFolder();

        var message = SqliteErrors.Describe(folder.File("data.db"), new IOException("Read-only file system", 30)).Message;

        Assert.Contains("is on a read-only file system; mount a writable volume", message, StringComparison.Ordinal);
        Assert.Contains("is owned by", SqliteErrors.Describe(folder.File("data.db"), new UnauthorizedAccessException()).Message, StringComparison.Ordinal);
        Assert.Contains("is owned by", SqliteErrors.Describe(folder.File("data.db"), new SqliteException("readonly", 8)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Corrupt()
    {
        await using var rig = await GatewayRig.StartAsync();
        var probe = await StoreProbe.PrepareAsync(rig, () => Overwrite(rig.StorePath, from: 0, length: 4096));

        Assert.Equal(new StoreAnswers(503, 503, 503, 503), await probe.AskAsync());
        await ExpectReasonAsync(rig, "not a usable SQLite file");
    }

    [Fact]
    public async Task Corrupt_behind_its_first_page()
    {
        await using var rig = await GatewayRig.StartAsync();
        var probe = await StoreProbe.PrepareAsync(rig, () => Overwrite(rig.StorePath, from: 4096, length: (int)new FileInfo(rig.StorePath).Length - 4096));

        // Its header still says that it is ours: it is moved aside, and an empty store takes its place.
        await Deadline.UntilAsync(async () => await probe.LogInAsync() == 200, () => "logins go on\n" + rig.Log.Text);
        Assert.Equal(401, await probe.RequestAsync(probe.Held));
        Assert.Equal(401, await probe.RequestAsync(probe.Stored));
        Assert.DoesNotContain(rig.Log.Lines, line => line.StartsWith("Critical", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Log_deleted_under_the_running_gateway_costs_nobody_a_login()
    {
        await using var rig = await GatewayRig.StartAsync();
        var probe = await StoreProbe.PrepareAsync(rig);
        var before = rig.SessionOf(await rig.LogInAsync());

        File.Delete(rig.StorePath + "-wal");
        File.Delete(rig.StorePath + "-shm");

        await Deadline.UntilAsync(() => File.Exists(rig.StorePath + "-wal"), "the log is there again", seconds: 3);
        await Deadline.UntilAsync(() => rig.Log.Text.Contains("was deleted under the running gateway", StringComparison.Ordinal), "the log says so");
        var after = rig.SessionOf(await rig.LogInAsync());
        await rig.RestartAsync();
        foreach (var session in new[] { probe.Stored, before, after })
        {
            Assert.Equal(200, await probe.RequestAsync(session));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Deleted_or_replaced_under_the_running_gateway_is_a_new_login(bool isReplaced)
    {
        await using var rig = await GatewayRig.StartAsync();
        var probe = await StoreProbe.PrepareAsync(rig);
        if (isReplaced)
        {
            var empty = new SqliteSessionStore(new AuthGateway.Configuration.SessionOptions { StorePath = rig.StorePath + ".new", Secrets = AuthGateway.Configuration.SecretSource.Empty }, TimeProvider.System);
            await empty.CheckAsync(TestContext.Current.CancellationToken);
            empty.Dispose();
            File.Move(rig.StorePath + ".new", rig.StorePath, overwrite: true);
        }
        else
        {
            File.Delete(rig.StorePath);
        }

        File.Delete(rig.StorePath + "-wal");
        File.Delete(rig.StorePath + "-shm");
        await Deadline.UntilAsync(async () => await probe.RequestAsync(probe.Held) == 401, "a session of the lost file ends", seconds: 3);
        Assert.Equal(401, await probe.RequestAsync(probe.Stored));
        var again = rig.SessionOf(await rig.LogInAsync());
        await rig.RestartAsync();
        Assert.Equal(200, await probe.RequestAsync(again));
    }

    [Fact]
    public async Task Written_by_a_newer_release()
    {
        await using var rig = await GatewayRig.StartAsync();
        var probe = await StoreProbe.PrepareAsync(rig, () =>
        {
            using var file = StoreFile.Open(rig.StorePath);
            StoreFile.Execute(file, $"PRAGMA user_version={SqliteSchema.Version + 1}");
        });

        Assert.Equal(new StoreAnswers(503, 503, 503, 503), await probe.AskAsync());
        await ExpectReasonAsync(rig, "newer release");
        using var file = StoreFile.Open(rig.StorePath);
        StoreFile.Execute(file, $"PRAGMA user_version={SqliteSchema.Version}");
        await Deadline.UntilAsync(async () => (await rig.ProbeAsync("/readyz")).Status == 200, "ready again");
        Assert.Equal(200, await probe.RequestAsync(probe.Stored));
    }

    [Fact]
    public async Task Another_applications_file()
    {
        await using var rig = await GatewayRig.StartAsync();
        var probe = await StoreProbe.PrepareAsync(rig, () =>
        {
            using var file = StoreFile.Open(rig.StorePath);
            StoreFile.Execute(file, "PRAGMA application_id=7");
        });

        Assert.Equal(new StoreAnswers(503, 503, 503, 503), await probe.AskAsync());
        await ExpectReasonAsync(rig, "another application's database");
    }

    [Theory]
    [InlineData("DROP TABLE payloads", "no such table: payloads")]
    [InlineData("DROP TABLE sessions", "no such table: sessions")]
    [InlineData("DROP TABLE notices", "no such table: notices")]
    [InlineData("DROP TABLE heartbeat", "no such table: heartbeat")]
    [InlineData("ALTER TABLE sessions DROP COLUMN leased", "no such column: leased")]
    public async Task Table_that_is_gone_is_not_ready(string sql, string reason)
    {
        await using var rig = await GatewayRig.StartAsync();
        await StoreProbe.PrepareAsync(rig, () =>
        {
            using var file = StoreFile.Open(rig.StorePath);
            StoreFile.Execute(file, sql);
        });

        await ExpectReasonAsync(rig, reason);
    }

    [Fact]
    public async Task Slow_disk_is_an_answer_after_five_seconds()
    {
        using var folder = new TempFolder();
        using var worker = new SqliteWorker("slow", new SqliteFile(folder.File("data.db"), IsWriter: true), groupCommit: true);
        using var disk = new ManualResetEventSlim();
        var stuck = worker.RunAsync(_ => disk.Wait(TimeSpan.FromSeconds(30)), TestContext.Current.CancellationToken);

        var e = await Assert.ThrowsAsync<StoreUnavailableException>(() => worker.RunAsync(_ => 1, TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(10)));

        Assert.Contains("does not answer in time", e.Message, StringComparison.Ordinal);
        disk.Set();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => stuck);
        Assert.Equal(2, await worker.RunAsync(_ => 2, TestContext.Current.CancellationToken));
    }

    private static async Task ExpectReasonAsync(GatewayRig rig, string words)
    {
        await Deadline.UntilAsync(async () => (await rig.ProbeAsync("/readyz")).Text.Contains(words, StringComparison.Ordinal), words + " in /readyz\n" + rig.Log.Text);
        Assert.Contains(rig.StorePath, (await rig.ProbeAsync("/readyz")).Text, StringComparison.Ordinal);
        Assert.Equal(200, (await rig.ProbeAsync("/healthz")).Status);
    }

    private static void Overwrite(string path, int from, int length)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Write);
        stream.Position = from;
        stream.Write(Enumerable.Repeat((byte)0xA5, length).ToArray());
    }
}
