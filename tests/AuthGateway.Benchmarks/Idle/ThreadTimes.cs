using System.Globalization;

namespace AuthGateway.Benchmarks.Idle;

/// <summary>The CPU time and the wake-ups of a process's threads, by name (<c>/proc/PID/task</c>).</summary>
internal static class ThreadTimes
{
    private const double NanosecondsPerMillisecond = 1e6;

    /// <summary>Threads that have ended are not in it.</summary>
    public static Dictionary<string, ThreadTime> Read(int process)
    {
        var times = new Dictionary<string, ThreadTime>();
        foreach (var task in Directory.EnumerateDirectories(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/task")))
        {
            try
            {
                var name = File.ReadAllText(Path.Combine(task, "comm")).Trim();
                // Nanoseconds on a processor, nanoseconds of waiting for one, number of turns.
                var fields = File.ReadAllText(Path.Combine(task, "schedstat")).Split(' ');
                times[name] = times.GetValueOrDefault(name)
                    + new ThreadTime(
                        long.Parse(fields[0], CultureInfo.InvariantCulture) / NanosecondsPerMillisecond,
                        long.Parse(fields[2], CultureInfo.InvariantCulture));
            }
            catch (IOException)
            {
                // The thread ended meanwhile.
            }
        }

        return times;
    }
}
