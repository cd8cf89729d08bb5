using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace AuthGateway.Limits;

/// <summary>
/// Schedules strangers that received many responses in a row: one after another, on half of the
/// processors. A request of a session therefore waits for at most that many of them in the thread
/// pool.
/// </summary>
internal sealed class StrangerScheduler : IThreadPoolWorkItem
{
    private readonly ConcurrentQueue<Action> _waiting = new();
    private readonly int _most = Math.Max(1, Environment.ProcessorCount / 2);
    private int _workers;

    /// <summary>Awaitable that completes when it is this connection's turn.</summary>
    public Turn Next => new(this);

    /// <summary>Runs one turn and queues itself again behind the other work of the pool.</summary>
    public void Execute()
    {
        if (_waiting.TryDequeue(out var continuation))
        {
            continuation();
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            return;
        }

        Interlocked.Decrement(ref _workers);
        if (!_waiting.IsEmpty)
        {
            Start();
        }
    }

    private void Enqueue(Action continuation)
    {
        _waiting.Enqueue(continuation);
        Start();
    }

    private void Start()
    {
        for (var workers = Volatile.Read(ref _workers); workers < _most; workers = Volatile.Read(ref _workers))
        {
            if (Interlocked.CompareExchange(ref _workers, workers + 1, workers) == workers)
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                return;
            }
        }
    }

    /// <summary>Awaitable for one turn.</summary>
    internal readonly struct Turn(StrangerScheduler turns) : ICriticalNotifyCompletion
    {
        public bool IsCompleted => false;

        public Turn GetAwaiter() => this;

        public void GetResult()
        {
        }

        public void OnCompleted(Action continuation) => turns.Enqueue(continuation);

        public void UnsafeOnCompleted(Action continuation) => turns.Enqueue(continuation);
    }
}
