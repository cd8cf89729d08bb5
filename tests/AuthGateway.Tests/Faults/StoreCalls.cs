using System.Reflection;
using System.Runtime.ExceptionServices;
using AuthGateway.Sessions.Store;
using AuthGateway.Sessions.Store.Sqlite;

namespace AuthGateway.Tests.Faults;

/// <summary>Stands between the gateway and its SQLite store: what a test does with each call is its own.</summary>
public abstract class StoreCalls : DispatchProxy
{
    private object _inner = null!;

    /// <summary>In the place of the gateway's store.</summary>
    internal static T Around<T>(IServiceCollection services)
        where T : StoreCalls
    {
        var store = Create<ISessionStore, T>();
        var calls = (T)(object)store;
        services.AddSingleton<SqliteSessionStore>().AddSingleton(provider =>
        {
            calls._inner = provider.GetRequiredService<SqliteSessionStore>();
            return store;
        });
        return calls;
    }

    /// <summary>The store's own answer.</summary>
    protected object? Call(MethodInfo method, object?[]? args)
    {
        try
        {
            return method.Invoke(_inner, args);
        }
        catch (TargetInvocationException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerException!);
            throw;
        }
    }
}
