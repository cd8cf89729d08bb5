using System.Diagnostics.CodeAnalysis;

namespace AuthGateway.Sessions.Store.Sqlite;

/// <summary>The operations that wait for a <see cref="SqliteWorker"/>, bounded.</summary>
/// <remarks>
/// The thread that takes them sleeps at once. A <c>BlockingCollection</c> spins before each sleep,
/// which is most of the CPU time of a store that has little to do.
/// </remarks>
internal sealed class SqliteQueue(int limit)
{
    private readonly object _gate = new();
    private readonly Queue<SqliteJob> _jobs = new();
    private bool _isClosed;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _jobs.Count;
            }
        }
    }

    /// <summary>True when nothing is left and nothing comes any more.</summary>
    public bool IsCompleted
    {
        get
        {
            lock (_gate)
            {
                return _isClosed && _jobs.Count == 0;
            }
        }
    }

    /// <returns>False when the queue is full or closed.</returns>
    public bool TryAdd(SqliteJob job)
    {
        lock (_gate)
        {
            if (_isClosed || _jobs.Count >= limit)
            {
                return false;
            }

            _jobs.Enqueue(job);
            Monitor.Pulse(_gate);
            return true;
        }
    }

    /// <summary>Takes the next operation.</summary>
    /// <param name="job">The operation.</param>
    /// <param name="milliseconds">
    /// The longest wait for one; 0 = none, -1 = without end. It may be shorter.
    /// </param>
    public bool TryTake([MaybeNullWhen(false)] out SqliteJob job, int milliseconds = 0)
    {
        lock (_gate)
        {
            if (_jobs.Count == 0 && !_isClosed && milliseconds != 0)
            {
                Monitor.Wait(_gate, milliseconds);
            }

            return _jobs.TryDequeue(out job);
        }
    }

    /// <summary>Refuses further operations; those that wait are still taken.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.PulseAll(_gate);
        }
    }
}
