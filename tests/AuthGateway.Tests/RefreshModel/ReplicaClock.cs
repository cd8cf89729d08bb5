namespace AuthGateway.Tests.RefreshModel;

/// <summary>The world's clock as one replica sees it: its timers die with it.</summary>
internal sealed class ReplicaClock(World world, Replica replica) : TimeProvider
{
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => world.Time;

    public override long GetTimestamp() => world.Now * TimeSpan.TicksPerMillisecond;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Timer(world, replica, () => callback(state), dueTime);

    private sealed class Timer : ITimer
    {
        private readonly World _world;
        private readonly Replica _replica;
        private readonly Action _run;
        private int _change;

        public Timer(World world, Replica replica, Action run, TimeSpan due)
        {
            (_world, _replica, _run) = (world, replica, run);
            Change(due, Timeout.InfiniteTimeSpan);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var change = ++_change;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                _world.At((long)Math.Ceiling(dueTime.TotalMilliseconds), _replica, () =>
                {
                    if (_change == change)
                    {
                        _run();
                    }
                });
            }

            return true;
        }

        public void Dispose() => _change++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
