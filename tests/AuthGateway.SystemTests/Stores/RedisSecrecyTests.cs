using System.Text;
using AuthGateway.SystemTests.Parts;

namespace AuthGateway.SystemTests.Stores;

/// <summary>What Redis writes to its disk, read byte by byte.</summary>
public sealed class RedisSecrecyTests
{
    [Fact]
    public async Task Dump_and_append_log_show_neither_token_nor_claim_nor_cookie()
    {
        await using var redis = await RedisServer.StartAsync("--appendonly", "yes", "--rdbcompression", "no");
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string>
        {
            ["SESSION_STORE_TYPE"] = "redis",
            ["SESSION_STORE_REDIS_ADDR"] = redis.Address,
            ["SHUTDOWN_DELAY"] = "off",
        });
        var session = rig.SessionOf(await rig.LogInAsync());
        Assert.StartsWith("+OK", await redis.CommandAsync("SAVE"), StringComparison.Ordinal);

        var files = Directory.GetFiles(redis.FolderPath, "*", SearchOption.AllDirectories);
        var bytes = string.Concat(files.Select(file => Encoding.Latin1.GetString(File.ReadAllBytes(file))));

        Assert.Contains(files, file => file.EndsWith(".rdb", StringComparison.Ordinal));
        Assert.Contains(files, file => file.Contains("aof", StringComparison.Ordinal));
        Assert.Contains("sub-alice", bytes, StringComparison.Ordinal);
        Assert.NotEmpty(rig.Provider.Secrets);
        Assert.All([session, FakeProvider.ClientSecret, "Name of sub-alice", "admins", .. rig.Provider.Secrets], secret => Assert.DoesNotContain(secret, bytes, StringComparison.Ordinal));
    }
}
