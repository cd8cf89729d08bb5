namespace AuthGateway.Benchmarks.Idle;

/// <param name="Milliseconds">Time on a processor.</param>
/// <param name="Turns">How often the thread got a processor.</param>
internal readonly record struct ThreadTime(double Milliseconds, long Turns)
{
    public static ThreadTime operator +(ThreadTime a, ThreadTime b) => new(a.Milliseconds + b.Milliseconds, a.Turns + b.Turns);

    public static ThreadTime operator -(ThreadTime a, ThreadTime b) => new(a.Milliseconds - b.Milliseconds, a.Turns - b.Turns);
}
