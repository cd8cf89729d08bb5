using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace AuthGateway.Limits;

/// <summary>
/// Where strangers go on that had many answers in a row: one after the other, on half of the processors. However many wait, a session's request has at most that many turns
/// in front of it in the thread pool.
/// </summary>
internal sealed class StrangerTurns : IThreadPoolWorkItem
{
    private readonly ConcurrentQueue<Action> _waiting = new();
    private readonly int _most = Math.Max(1, Environment.ProcessorCount / 2);
    private int _workers;

    /// <summary>Completes when it is this connection's turn.</summary>
    public Turn Next => new(this);

    /// <summary>One turn; whoever waits meanwhile goes behind the others in the pool.</summary>
    public void Execute()
    {
        if (_waiting.TryDequeue(out var goOn))
        {
            goOn();
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            return;
        }

        Interlocked.Decrement(ref _workers);
        if (!_waiting.IsEmpty)
        {
            Start();
        }
    }

    private void Enqueue(Action goOn)
    {
        _waiting.Enqueue(goOn);
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

    /// <summary>For <c>await</c>.</summary>
    internal readonly struct Turn(StrangerTurns turns) : ICriticalNotifyCompletion
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
