using System.Diagnostics;
using System.Globalization;
using System.Text;
using AuthGateway.Benchmarks.Harness;

namespace AuthGateway.Benchmarks.Idle;

/// <summary>
/// <c>idle [the options of the comparison]</c>: the CPU time that each process uses while nothing happens, by thread.
/// <c>--run</c> is the length of the rest, <c>--warm-up</c> the time after the start that does not count.
/// </summary>
internal static class IdleRun
{
    /// <summary>Threads below this, in ms a second, are not listed.</summary>
    private const double Least = 0.02;

    public static async Task<int> RunAsync(ComparisonSettings settings)
    {
        await using var stage = await Stage.StartAsync(settings);
        await stage.ProveAsync();
        var targets = stage.Targets.Where(target => target.Script is null).ToList();
        await Task.Delay(settings.WarmUp);

        var clock = Stopwatch.StartNew();
        var before = targets.ToDictionary(target => target, target => (Process: ProcessTime.Read(target.ProcessId), Threads: ThreadTimes.Read(target.ProcessId)));
        await Task.Delay(settings.Run);
        var after = targets.ToDictionary(target => target, target => (Process: ProcessTime.Read(target.ProcessId), Threads: ThreadTimes.Read(target.ProcessId)));
        var seconds = clock.Elapsed.TotalSeconds;

        var text = new StringBuilder("| at rest | CPU ms a second | by thread: CPU ms (turns) a second |\n|---|---|---|\n");
        foreach (var target in targets)
        {
            var used = (after[target].Process - before[target].Process).TotalMilliseconds / seconds;
            text.Append(CultureInfo.InvariantCulture,
                $"| {target.Name} | {used:0.0} | {Threads(before[target].Threads, after[target].Threads, seconds)} |\n");
        }

        Console.Write(text);
        if (settings.Markdown is { } file)
        {
            await File.WriteAllTextAsync(file, text.ToString());
        }

        return 0;
    }

    private static string Threads(Dictionary<string, ThreadTime> before, Dictionary<string, ThreadTime> after, double seconds) => string.Join(
        ", ",
        from thread in after
        let used = thread.Value - before.GetValueOrDefault(thread.Key)
        where used.Milliseconds / seconds >= Least
        orderby used.Milliseconds descending
        select string.Create(CultureInfo.InvariantCulture, $"{thread.Key} {used.Milliseconds / seconds:0.00} ({used.Turns / seconds:0.0})"));
}
