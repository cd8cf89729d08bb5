using Microsoft.Data.Sqlite;

namespace AuthGateway.Sessions.Store.Sqlite;

/// <summary>An operation with a result.</summary>
internal sealed class SqliteJob<T>(Func<SqliteConnection, T> work) : SqliteJob
{
    // Continuations run on the thread pool: the worker's thread belongs to the store.
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    public Task<T> Task => _done.Task;

    // Commands of a connection with an open transaction join it automatically.
    public override void Run(SqliteConnection connection, SqliteTransaction? transaction = null) =>
        _result = work(connection);

    public override void Complete() => _done.TrySetResult(_result!);

    public override void Fail(Exception reason) => _done.TrySetException(reason);
}
