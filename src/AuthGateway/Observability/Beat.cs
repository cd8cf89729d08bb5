namespace AuthGateway.Observability;

/// <summary>
/// Wakes all background work of the process together, at the whole seconds of the system's uptime.
/// </summary>
/// <remarks>
/// Work that waits by its own timer wakes the runtime's timer thread and two threads of the pool at
/// its own moment; for an idle gateway that is most of its CPU time. What follows a wait runs in the
/// thread pool: work that blocks delays no other.
/// </remarks>
internal static class Beat
{
    private const long Milliseconds = 1000;
    private static readonly AutoResetEvent Changed = new(initialState: false);
    private static readonly Lock Gate = new();
    private static readonly List<Wait> Waits = [];

    /// <summary>The beat the thread sleeps until; 0 while it is awake.</summary>
    private static long _next;
    private static bool _isRunning;

    /// <summary>
    /// Waits for <paramref name="time"/>, or until <paramref name="cancellationToken"/>; never
    /// throws.
    /// </summary>
    /// <param name="time">
    /// From 1 s on the wait ends at the last beat within this time, so up to 1 s earlier and never
    /// later. A shorter one has a timer of its own.
    /// </param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task WaitAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        if (time.TotalMilliseconds < Milliseconds)
        {
            await Task.Delay(time, TimeProvider.System, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        var now = Environment.TickCount64;
        var wait = new Wait(Due(now, time));
        Add(wait);
        var cancellation = cancellationToken.UnsafeRegister(static wait => ((Wait)wait!).TrySetResult(), wait);
        await wait.Task;
        cancellation.Unregister();
    }

    /// <summary>The number of the beat that ends a wait of this length, from 1 s on.</summary>
    internal static long Due(long now, TimeSpan time) => (now + (long)time.TotalMilliseconds) / Milliseconds;

    private static void Add(Wait wait)
    {
        lock (Gate)
        {
            Waits.Add(wait);
            if (!_isRunning)
            {
                new Thread(Loop) { Name = "beat", IsBackground = true }.UnsafeStart();
                _isRunning = true;
            }

            if (wait.Beat < _next)
            {
                Changed.Set();
            }
        }
    }

    private static void Loop()
    {
        while (true)
        {
            Changed.WaitOne(UntilNext());
            foreach (var wait in TakeDue())
            {
                wait.TrySetResult();
            }
        }
    }

    private static int UntilNext()
    {
        lock (Gate)
        {
            if (Waits.Count == 0)
            {
                _next = long.MaxValue;
                return Timeout.Infinite;
            }

            _next = Waits.Min(static wait => wait.Beat);
            return (int)Math.Clamp((_next * Milliseconds) - Environment.TickCount64, 0, int.MaxValue);
        }
    }

    private static List<Wait> TakeDue()
    {
        var beat = Environment.TickCount64 / Milliseconds;
        lock (Gate)
        {
            _next = 0;
            var due = Waits.FindAll(wait => wait.Beat <= beat || wait.Task.IsCompleted);
            Waits.RemoveAll(due.Contains);
            return due;
        }
    }

    /// <summary>One wait.</summary>
    private sealed class Wait(long beat) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        /// <summary>The number of the beat that ends it.</summary>
        public long Beat { get; } = beat;
    }
}
