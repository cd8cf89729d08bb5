using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace AuthGateway.Sessions.Store.Sqlite;

/// <summary>
/// Detects commits of other processes by <c>PRAGMA data_version</c> of the writing connection,
/// which its own commits do not change.
/// </summary>
/// <remarks>
/// The writing thread reads it by itself every 300 ms (<see cref="Interval"/>), without a
/// transaction, a timer or a thread of the pool: that is most of what an idle gateway does. A
/// reopened connection counts as a change, and so does the start.
/// </remarks>
internal sealed class SqliteWatch : SqliteJob
{
    /// <summary>Time between two looks: 300 ms.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(300);

    // One pending change is enough: the listener compares everything.
    private readonly Channel<StoreChange> _changes = Channel.CreateBounded<StoreChange>(1);
    private SqliteCommand? _command;
    private (SqliteConnection? Connection, long Version) _last;
    private (SqliteConnection? Connection, long Version) _now;

    private SqliteWatch()
    {
    }

    public override bool IsRead => true;

    public static async IAsyncEnumerable<StoreChange> ReadAsync(
        SqliteWorker writer, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var watch = new SqliteWatch();
        writer.Add(watch);
        try
        {
            await foreach (var change in watch._changes.Reader.ReadAllAsync(cancellationToken))
            {
                yield return change;
            }
        }
        finally
        {
            writer.Remove(watch);
        }
    }

    public override void Run(SqliteConnection connection, SqliteTransaction? transaction = null)
    {
        if (_command?.Connection != connection)
        {
            // The connection disposes of it.
            _command = connection.Prepare("PRAGMA data_version");
        }

        _command.Transaction = transaction;
        _now = (connection, (long)_command.ExecuteScalar()!);
    }

    public override void Complete()
    {
        if (_now != _last)
        {
            _last = _now;
            _changes.Writer.TryWrite(StoreChange.Unknown.Instance);
        }
    }

    public override void Fail(Exception reason)
    {
        // The cleanup service reports an unavailable store.
    }
}
