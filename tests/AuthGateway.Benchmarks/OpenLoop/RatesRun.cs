using System.Diagnostics;
using System.Globalization;
using System.Text;
using AuthGateway.Benchmarks.Harness;

namespace AuthGateway.Benchmarks.OpenLoop;

/// <summary>
/// <c>rates [the options of the comparison]</c>: CPU time and latency at fixed rates from 0 to 4,000 requests a second.
/// </summary>
internal static class RatesRun
{
    private const int Connections = 64;
    private static readonly int[] Rates = [0, 10, 100, 1000, 4000];

    public static async Task<int> RunAsync(ComparisonSettings settings)
    {
        await using var stage = await Stage.StartAsync(settings);
        await stage.ProveAsync();
        var targets = stage.Targets.Where(target => target.Script is null).ToList();
        foreach (var target in targets)
        {
            Console.WriteLine($"warming up {target.Name} for {settings.WarmUp.TotalSeconds:0} s");
            await MeasureAsync(target, 4000, settings.WarmUp);
        }

        var text = new StringBuilder("| requests/s | target | CPU | p50 µs | p99 µs | p99.9 µs | bad |\n|---|---|---|---|---|---|---|\n");
        var bad = 0L;
        foreach (var rate in Rates)
        {
            foreach (var target in targets)
            {
                var rounds = new List<RateSample>();
                for (var round = 0; round < settings.Rounds; round++)
                {
                    rounds.Add(await MeasureAsync(target, rate, settings.Run));
                }

                var line = Line(target.Name, rate, rounds);
                Console.Write(line);
                text.Append(line);
                bad += rounds.Sum(sample => sample.Bad);
            }
        }

        if (settings.Markdown is { } file)
        {
            await File.WriteAllTextAsync(file, text.ToString());
        }

        return bad > 0 ? 1 : 0;
    }

    private static string Line(string name, int rate, List<RateSample> rounds)
    {
        var cpu = rate == 0
            ? $"{Median(rounds, sample => sample.Cpu.TotalMilliseconds / sample.Wall.TotalSeconds).ToString("0.0", CultureInfo.InvariantCulture)} ms a second"
            : $"{Median(rounds, sample => sample.Cpu.TotalMicroseconds / Math.Max(1, sample.Answers)).ToString("0", CultureInfo.InvariantCulture)} µs a request";
        return string.Create(CultureInfo.InvariantCulture,
            $"| {rate} | {name} | {cpu} | {Median(rounds, sample => sample.P50):0} | {Median(rounds, sample => sample.P99):0} | {Median(rounds, sample => sample.P999):0} | {rounds.Sum(sample => sample.Bad)} |\n");
    }

    private static double Median(List<RateSample> rounds, Func<RateSample, double> value) =>
        rounds.Select(value).Order().ElementAt(rounds.Count / 2);

    private static async Task<RateSample> MeasureAsync(Target target, int rate, TimeSpan duration)
    {
        var clock = Stopwatch.StartNew();
        var before = ProcessTime.Read(target.ProcessId);
        if (rate == 0)
        {
            await Task.Delay(duration);
            return new RateSample(ProcessTime.Read(target.ProcessId) - before, clock.Elapsed, 0, 0, 0, 0, 0);
        }

        var start = Placement.OnLoadCore(Environment.ProcessPath!,
            ["open-loop", target.Address.AbsoluteUri, $"{rate}", duration.TotalSeconds.ToString(CultureInfo.InvariantCulture), $"{Connections}", target.Cookie]);
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var used = ProcessTime.Read(target.ProcessId) - before;
        var figures = output.Split(' ', StringSplitOptions.TrimEntries).Select(text => long.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        return new RateSample(used, clock.Elapsed, figures[0], figures[1], figures[2], figures[3], figures[4]);
    }
}
