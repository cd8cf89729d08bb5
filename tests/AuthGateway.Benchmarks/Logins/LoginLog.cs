using System.Diagnostics;

namespace AuthGateway.Benchmarks.Logins;

/// <summary>How long the logins of a run took, and how many were refused. Safe for many threads.</summary>
internal sealed class LoginLog
{
    private readonly List<double> _milliseconds = [];

    public int Refused { get; private set; }

    public int Count => _milliseconds.Count;

    /// <param name="due">When the login was due: its time counts from there.</param>
    /// <param name="isGood">False when it was refused.</param>
    public void Add(long due, bool isGood)
    {
        var milliseconds = Stopwatch.GetElapsedTime(due).TotalMilliseconds;
        lock (_milliseconds)
        {
            _milliseconds.Add(milliseconds);
            Refused += isGood ? 0 : 1;
        }
    }

    public double Percentile(double part)
    {
        var sorted = _milliseconds.Order().ToArray();
        return sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * part))];
    }
}
