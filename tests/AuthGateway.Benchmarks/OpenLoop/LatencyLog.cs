using System.Diagnostics;

namespace AuthGateway.Benchmarks.OpenLoop;

/// <summary>The latency of each request, in the order of the answers. Safe for many threads.</summary>
internal sealed class LatencyLog(int expected)
{
    private readonly double[] _microseconds = new double[expected];
    private int _count;
    private int _bad;

    public int Count => Math.Min(Volatile.Read(ref _count), expected);

    public int Bad => Volatile.Read(ref _bad);

    public void Add(long due, bool good)
    {
        var microseconds = Stopwatch.GetElapsedTime(due).TotalMicroseconds;
        if (!good)
        {
            Interlocked.Increment(ref _bad);
        }

        _microseconds[Interlocked.Increment(ref _count) - 1] = microseconds;
    }

    /// <returns>Whether every expected answer came within the limit.</returns>
    public bool Wait(TimeSpan limit) => SpinWait.SpinUntil(() => Count >= expected, limit);

    /// <param name="part">0.99 = the latency that 99 of 100 requests do not exceed.</param>
    public double Percentile(double part)
    {
        var sorted = _microseconds.AsSpan(0, Count).ToArray();
        Array.Sort(sorted);
        return sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * part))];
    }
}
