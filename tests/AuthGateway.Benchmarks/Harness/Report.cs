using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace AuthGateway.Benchmarks.Harness;

/// <summary>The table of docs/performance.md.</summary>
internal static class Report
{
    /// <param name="samples">The runs of each target.</param>
    /// <param name="turns">The turns that these runs are made of.</param>
    /// <param name="settings">Of the run.</param>
    /// <param name="placement">Which core each process has.</param>
    public static string Write(
        IReadOnlyDictionary<string, List<Sample>> samples,
        IReadOnlyDictionary<string, List<Sample>> turns,
        ComparisonSettings settings,
        string placement)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}; {placement}; {settings.Connections} connections, "
            + $"{settings.WarmUp.TotalSeconds:0} s warm-up each, median of {settings.Rounds} interleaved runs of {settings.Run.TotalSeconds:0} s (in turns of {settings.Turn.TotalSeconds:0} s), lowest and highest in brackets. Best quarter: of the turns; what else the machine does can only add to a turn.");
        text.AppendLine().AppendLine("| target | req/s | CPU us/req | best quarter | bad answers |").AppendLine("|---|---|---|---|---|");
        foreach (var (name, rounds) in samples)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {name} | {Spread(rounds, sample => sample.PerSecond, "0")} | {Spread(rounds, sample => sample.CpuMicroseconds, "0.0")} | {BestQuarter(turns[name]):0.00} | {rounds.Sum(sample => sample.Bad)} |");
        }

        text.AppendLine().AppendLine("| ratio, round by round | requests per CPU second | the same, best quarters | req/s | goal |").AppendLine("|---|---|---|---|---|");
        AppendRatio(text, samples, turns, Stage.Inline, Stage.BareYarp, ">= 0.95");
        AppendRatio(text, samples, turns, Stage.Check, Stage.Empty, "none");
        AppendRatio(text, samples, turns, Stage.Varied, Stage.EmptyVaried, ">= 0.85");
        foreach (var name in new[] { Stage.Inline, Stage.Check, Stage.Varied })
        {
            foreach (var folder in settings.Against)
            {
                AppendRatio(text, samples, turns, name, name + Stage.Build(folder), "none");
            }
        }

        return text.ToString();
    }

    private static void AppendRatio(
        StringBuilder text,
        IReadOnlyDictionary<string, List<Sample>> samples,
        IReadOnlyDictionary<string, List<Sample>> turns,
        string ours,
        string theirs,
        string goal)
    {
        if (!samples.ContainsKey(ours) || !samples.ContainsKey(theirs))
        {
            return;
        }

        var pairs = samples[ours].Zip(samples[theirs]).ToList();
        text.AppendLine(CultureInfo.InvariantCulture,
            $"| {ours} / {theirs} | {Spread(pairs, pair => pair.First.PerCpuSecond / pair.Second.PerCpuSecond, "0.00")} "
            + $"| {BestQuarter(turns[theirs]) / BestQuarter(turns[ours]):0.00} "
            + $"| {Spread(pairs, pair => pair.First.PerSecond / pair.Second.PerSecond, "0.00")} | {goal} |");
    }

    /// <summary>CPU µs per request that a quarter of the turns stayed below.</summary>
    private static double BestQuarter(List<Sample> turns) =>
        turns.Select(sample => sample.CpuMicroseconds).Order().ElementAt(turns.Count / 4);

    private static string Spread<T>(IEnumerable<T> items, Func<T, double> value, string format)
    {
        var sorted = items.Select(value).Order().ToArray();
        return string.Create(CultureInfo.InvariantCulture,
            $"{sorted[sorted.Length / 2].ToString(format, CultureInfo.InvariantCulture)} ({sorted[0].ToString(format, CultureInfo.InvariantCulture)}-{sorted[^1].ToString(format, CultureInfo.InvariantCulture)})");
    }
}
