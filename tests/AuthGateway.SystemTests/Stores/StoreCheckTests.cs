using System.Diagnostics;
using AuthGateway.Cli.Checks;
using AuthGateway.Configuration;
using AuthGateway.Sessions.Store;
using AuthGateway.SystemTests.Parts;
using AuthGateway.Testing.Stores;

namespace AuthGateway.SystemTests.Stores;

/// <summary>The command line on a store that takes no writes, and on one with many sessions.</summary>
public sealed class StoreCheckTests(GatewayBinary binary)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("CONFIG SET maxmemory 1", "is out of memory")]
    [InlineData("CONFIG SET min-replicas-to-write 1", "has too few replicas")]
    public async Task Check_finds_a_redis_that_takes_no_writes(string command, string words)
    {
        await using var redis = await RedisServer.StartAsync();
        var options = new RedisOptions { Configuration = SecretSource.FromValues(redis.Address) };
        Assert.Empty(await RedisCheck.LookAsync(options, TimeProvider.System, Cancel));
        await redis.CommandAsync(command);

        var finding = Assert.Single(await RedisCheck.LookAsync(options, TimeProvider.System, Cancel));

        Assert.Contains(words, finding.Problem, StringComparison.Ordinal);
        await redis.CommandAsync("CONFIG SET maxmemory 0");
        await redis.CommandAsync("CONFIG SET min-replicas-to-write 0");
        Assert.Empty(await RedisCheck.LookAsync(options, TimeProvider.System, Cancel));
        Assert.StartsWith(":0", await redis.CommandAsync("DBSIZE"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("+@all -@dangerous -@scripting", "no permission to run 'eval")]
    [InlineData("+@all -@dangerous -eval -evalsha", "no permission to run 'eval")]
    [InlineData("+@all -@dangerous -set", "no permission to run a command in a script")]
    public async Task Check_and_readiness_find_a_user_without_a_right_that_every_login_needs(string rights, string words)
    {
        await using var redis = await RedisServer.StartAsync();
        await redis.CommandAsync("ACL SETUSER gateway on >gateway-password ~* &* " + rights);
        var configuration = redis.Address + ",user=gateway,password=gateway-password";
        var options = new RedisOptions { Configuration = SecretSource.FromValues(configuration) };
        await using var stores = new RedisStores(configuration);

        var finding = Assert.Single(await RedisCheck.LookAsync(options, TimeProvider.System, Cancel));
        var trouble = await Assert.ThrowsAsync<StoreUnavailableException>(() => stores.Open().CheckAsync(Cancel));

        Assert.Contains(words, finding.Problem, StringComparison.Ordinal);
        Assert.Contains("~authgateway:* &authgateway:* +@all -@dangerous", finding.NextStep, StringComparison.Ordinal);
        Assert.Contains(words, trouble.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("gateway-password", finding.Problem + trouble.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_finds_a_full_disk_before_there_is_a_store()
    {
        using var folder = new TempFolder("full-disk");

        // No file beyond 512 KiB can be written, as on a disk that has no more.
        var text = await RunAsync("trap '' XFSZ; ulimit -S -f 1000;", $"SESSION_STORE_PATH={folder.Path}/data.db", "DOTNET_EnableWriteXorExecute=0", "check");

        Assert.Contains("the disk is full", text, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
        Assert.DoesNotContain("the disk is full", await RunAsync("", $"SESSION_STORE_PATH={folder.Path}/data.db", "", "check"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ten_thousand_sessions_on_redis_end_in_five_seconds()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var stores = new RedisStores(redis.Address);
        var store = stores.Open();
        foreach (var chunk in Enumerable.Range(0, 10_000).Chunk(2000))
            await Task.WhenAll(chunk.Select(i => store.InsertAsync(Rows.New("sub-" + i), Cancel)));
        var prefix = stores.RootOf(store).Split('{')[0];

        var clock = Stopwatch.StartNew();
        var text = await RunAsync("", $"SESSION_STORE_TYPE=redis SESSION_STORE_REDIS_ADDR={redis.Address} SESSION_STORE_REDIS_PREFIX={prefix}", "", "sessions end --all");
        var took = clock.Elapsed;

        Assert.Contains("Ended 10000 session(s).", text, StringComparison.Ordinal);
        Assert.Empty(await store.ListAsync(new SessionFilter(), 10, Cancel));
        TestContext.Current.TestOutputHelper?.WriteLine($"10,000 sessions on redis-server ended in {took.TotalSeconds:0.00} s, the process's start included");
        Assert.InRange(took.TotalSeconds, 0, 5);
    }

    private async Task<string> RunAsync(string before, string store, string more, string command)
    {
        var settings = "OIDC_PROVIDER=http://127.0.0.1:9 CLIENT_ID=client CLIENT_SECRET=b2f0c1d8-9a7e-4c35-8d11-6f5e2a90c7b4 PUBLIC_URL=https://gw.example.test UPSTREAM_URL=http://127.0.0.1:9";
        return await ChildProcess.RunAsync("/bin/sh", ["-c", $"{before} env {settings} {store} {more} '{await binary.FileAsync()}' {command} 2>&1; true"]);
    }
}
