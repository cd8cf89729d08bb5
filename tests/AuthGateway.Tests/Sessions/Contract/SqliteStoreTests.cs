using AuthGateway.Configuration;
using AuthGateway.Sessions.Store;
using AuthGateway.Sessions.Store.Sqlite;
using AuthGateway.Testing.Stores;

namespace AuthGateway.Tests.Sessions.Contract;

/// <summary>The contract on the embedded store; another process is another store on the same file.</summary>
public sealed class SqliteStoreTests : SessionStoreContract, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Dictionary<ISessionStore, string> _paths = [];

    public void Dispose()
    {
        foreach (var store in _paths.Keys)
        {
            ((IDisposable)store).Dispose();
        }

        _folder.Dispose();
    }

    private protected override async Task<ISessionStore> OpenAsync(ISessionStore? sameAs = null)
    {
        var path = sameAs is null ? _folder.File($"data-{_paths.Count}.db") : _paths[sameAs];
        var store = new SqliteSessionStore(new AuthGateway.Configuration.SessionOptions { StorePath = path, Secrets = SecretSource.Empty }, TimeProvider.System);
        _paths[store] = path;
        await store.CheckAsync(TestContext.Current.CancellationToken);
        return store;
    }
}
