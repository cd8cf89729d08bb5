using Microsoft.Data.Sqlite;

namespace AuthGateway.Sessions.Store.Sqlite;

/// <summary>One piece of work for a <see cref="SqliteWorker"/>: it runs, and is told done only after the commit.</summary>
internal abstract class SqliteJob
{
    public abstract void Run(SqliteConnection connection, SqliteTransaction? transaction = null);

    public abstract void Complete();

    public abstract void Fail(Exception reason);
}

internal sealed class SqliteJob<T>(Func<SqliteConnection, T> work) : SqliteJob
{
    // Callers go on elsewhere: the worker's thread belongs to the store.
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    public Task<T> Task => _done.Task;

    // Commands made on a connection with an open transaction join it by themselves.
    public override void Run(SqliteConnection connection, SqliteTransaction? transaction = null) => _result = work(connection);

    public override void Complete() => _done.TrySetResult(_result!);

    public override void Fail(Exception reason) => _done.TrySetException(reason);
}
