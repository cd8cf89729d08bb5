using AuthGateway.Sessions.Store;
using AuthGateway.SystemTests.Parts;
using AuthGateway.Testing.Stores;

namespace AuthGateway.SystemTests.Stores;

/// <summary>The stores' contract on a real redis-server.</summary>
public sealed class RedisStoreTests : SessionStoreContract, IAsyncLifetime
{
    private RedisServer _server = null!;
    private RedisStores _stores = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RedisServer.StartAsync();
        _stores = new RedisStores(_server.Address);
    }

    public async ValueTask DisposeAsync()
    {
        await _stores.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Every_key_begins_with_the_prefix_and_ends_by_itself()
    {
        var store = _stores.Open();
        await store.CheckAsync(TestContext.Current.CancellationToken);
        await store.InsertAsync(Rows.New(sid: "s-1") with { Nonce = "n" }, TestContext.Current.CancellationToken);
        await store.EndByProviderAsync(Rows.Notice("sub-bob", "s-2"), TestContext.Current.CancellationToken);

        var keys = (await _server.CommandAsync("KEYS *")).Split("\r\n").Where(line => line.Contains(':', StringComparison.Ordinal)).ToArray();

        Assert.True(keys.Length >= 8, string.Join('\n', keys));
        Assert.All(keys, key => Assert.StartsWith(_stores.RootOf(store), key, StringComparison.Ordinal));
        foreach (var key in keys)
        {
            var life = int.Parse((await _server.CommandAsync("TTL " + key)).Split("\r\n")[0].TrimStart(':'), null);
            Assert.True(life > 0, $"{key} would stay for ever");
        }
    }

    private protected override Task<ISessionStore> OpenAsync(ISessionStore? sameAs = null) => Task.FromResult(_stores.Open(sameAs));
}
