using System.Diagnostics;
using System.Globalization;

namespace AuthGateway.Benchmarks.OpenLoop;

/// <summary>
/// <c>open-loop ADDRESS RATE SECONDS CONNECTIONS COOKIE</c>: sends requests at a fixed rate over HTTP/1.1 and prints one
/// line: answers, bad answers, and p50, p99, p99.9 of the latency in µs.
/// </summary>
/// <remarks>
/// Each request has a due time. Latency counts from there, also when the request had to wait for a free connection: a
/// server that stops for a while is charged for every request that was due meanwhile (no coordinated omission).
/// </remarks>
internal static class OpenLoopClient
{
    /// <summary>Below this the thread waits actively: a sleep is about 60 µs late.</summary>
    private static readonly TimeSpan ActiveWait = TimeSpan.FromMicroseconds(150);

    public static int Run(IReadOnlyList<string> arguments)
    {
        if (arguments.Count != 5)
        {
            throw new ArgumentException("Arguments: ADDRESS RATE SECONDS CONNECTIONS COOKIE.");
        }

        var address = new Uri(arguments[0]);
        var rate = double.Parse(arguments[1], CultureInfo.InvariantCulture);
        var requests = (int)(rate * double.Parse(arguments[2], CultureInfo.InvariantCulture));
        var latencies = new LatencyLog(requests);
        using var pool = new ConnectionPool(address, arguments[4], int.Parse(arguments[3], CultureInfo.InvariantCulture), latencies);
        Send(pool, requests, rate);
        var complete = latencies.Wait(TimeSpan.FromSeconds(10));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{latencies.Count} {latencies.Bad + (complete ? 0 : requests - latencies.Count)} {latencies.Percentile(0.5):0} {latencies.Percentile(0.99):0} {latencies.Percentile(0.999):0}"));
        return 0;
    }

    private static void Send(ConnectionPool pool, int requests, double rate)
    {
        var begin = Stopwatch.GetTimestamp();
        for (var i = 0; i < requests; i++)
        {
            var due = begin + (long)(i / rate * Stopwatch.Frequency);
            WaitUntil(due);
            pool.Send(due);
        }
    }

    private static void WaitUntil(long due)
    {
        while (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due) is var rest && rest > TimeSpan.Zero)
        {
            if (rest > ActiveWait)
            {
                Thread.Sleep(rest > TimeSpan.FromMilliseconds(2) ? rest - TimeSpan.FromMilliseconds(1) : TimeSpan.FromMilliseconds(1) / 10);
            }
        }
    }
}
