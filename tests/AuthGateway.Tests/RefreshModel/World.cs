namespace AuthGateway.Tests.RefreshModel;

/// <summary>
/// One schedule: events in virtual time, all on one thread, chosen by a seed. What a killed replica still had to do never happens; what it had sent arrives.
/// </summary>
internal sealed class World(int seed)
{
    private readonly PriorityQueue<(Replica? Owner, Action Run), (long At, long Order)> _events = new();
    private readonly Queue<(Replica Owner, SendOrPostCallback Run, object? State)> _ready = new();
    private long _order;

    public static DateTimeOffset Start { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public int Seed { get; } = seed;

    public Random Random { get; } = new(seed);

    /// <summary>Milliseconds since the start.</summary>
    public long Now { get; private set; }

    public DateTimeOffset Time => Start.AddMilliseconds(Now);

    public long NowSeconds => Time.ToUnixTimeSeconds();

    /// <summary>What went against the rules.</summary>
    public List<string> Violations { get; } = [];

    /// <summary>What happened, for a violation's report; null where nobody reads it.</summary>
    public List<string>? Story { get; init; }

    public bool Chance(double probability) => Random.NextDouble() < probability;

    public long Between(long min, long max) => Random.NextInt64(min, max + 1);

    public void At(long delay, Replica? owner, Action run) => _events.Enqueue((owner, run), (Now + Math.Max(0, delay), _order++));

    public void Post(Replica owner, SendOrPostCallback run, object? state) => _ready.Enqueue((owner, run, state));

    public void Tell(string what) => Story?.Add($"{Now / 1000.0,9:0.0} {what}");

    public void Violate(string what)
    {
        Tell("!! " + what);
        Violations.Add($"{what} (seed {Seed}, {Now / 1000.0:0.0} s)");
    }

    public void Run(long until)
    {
        var outside = SynchronizationContext.Current;
        try
        {
            while (Violations.Count == 0 && _events.TryDequeue(out var next, out var key) && key.At <= until)
            {
                Now = key.At;
                Enter(next.Owner, next.Run);
                while (_ready.TryDequeue(out var step))
                {
                    Enter(step.Owner, () => step.Run(step.State));
                }
            }
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outside);
        }
    }

    private static void Enter(Replica? owner, Action run)
    {
        if (owner is { IsDead: true })
        {
            return;
        }

        SynchronizationContext.SetSynchronizationContext(owner?.Context);
        run();
    }
}
