using Microsoft.Data.Sqlite;

namespace AuthGateway.Sessions.Store.Sqlite;

/// <summary>
/// One operation for a <see cref="SqliteWorker"/>. It is reported as done only after the commit.
/// </summary>
internal abstract class SqliteJob
{
    public abstract void Run(SqliteConnection connection, SqliteTransaction? transaction = null);

    public abstract void Complete();

    public abstract void Fail(Exception reason);
}
