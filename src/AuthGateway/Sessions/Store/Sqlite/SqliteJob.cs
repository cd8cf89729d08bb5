using Microsoft.Data.Sqlite;

namespace AuthGateway.Sessions.Store.Sqlite;

/// <summary>
/// One operation for a <see cref="SqliteWorker"/>. It is reported as done only after the commit.
/// </summary>
internal abstract class SqliteJob
{
    /// <summary>True when the operation only reads, so that it needs no transaction.</summary>
    public virtual bool IsRead => false;

    /// <summary>Runs the operation inside the batch's transaction.</summary>
    public abstract void Run(SqliteConnection connection, SqliteTransaction? transaction = null);

    /// <summary>Reports the result to the caller, after the commit.</summary>
    public abstract void Complete();

    /// <summary>Reports a failure to the caller.</summary>
    public abstract void Fail(Exception reason);
}
