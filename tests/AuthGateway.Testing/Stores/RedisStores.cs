using AuthGateway.Configuration;
using AuthGateway.Outgoing;
using AuthGateway.Sessions.Store;
using AuthGateway.Sessions.Store.Redis;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthGateway.Testing.Stores;

/// <summary>Stores on one Redis: each empty one under a prefix of its own, another process with a connection of its own.</summary>
internal sealed class RedisStores(string configuration, string? caBundle = null, Connector? connector = null) : IAsyncDisposable
{
    private readonly Dictionary<ISessionStore, RedisOptions> _options = [];
    private readonly List<RedisConnection> _connections = [];

    public ISessionStore Open(ISessionStore? sameAs = null, TimeProvider? clock = null)
    {
        var options = sameAs is not null ? _options[sameAs] : new RedisOptions
        {
            Configuration = SecretSource.FromValues(configuration),
            CaBundle = caBundle,
            Prefix = $"test-{Guid.NewGuid():N}:",
        };
        var connection = new RedisConnection(options, TimeProvider.System, connector ?? Connector.System);
        _connections.Add(connection);
        var store = new RedisSessionStore(connection, clock ?? TimeProvider.System, NullLogger<RedisSessionStore>.Instance);
        _options[store] = options;
        return store;
    }

    /// <summary>What begins every key of this store.</summary>
    public string RootOf(ISessionStore store) => new RedisKeys(_options[store].Prefix).Root;

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections)
        {
            await connection.DisposeAsync();
        }
    }
}
