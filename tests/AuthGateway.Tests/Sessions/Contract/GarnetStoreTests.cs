using AuthGateway.Sessions.Store;
using AuthGateway.Testing.Stores;

namespace AuthGateway.Tests.Sessions.Contract;

/// <summary>The contract on the Redis store against an embedded server.</summary>
public sealed class GarnetStoreTests(GarnetRedis server) : SessionStoreContract, IClassFixture<GarnetRedis>, IAsyncDisposable
{
    private readonly RedisStores _stores = new(server.Address);

    public ValueTask DisposeAsync() => _stores.DisposeAsync();

    private protected override Task<ISessionStore> OpenAsync(ISessionStore? sameAs = null) => Task.FromResult(_stores.Open(sameAs));
}
