namespace AuthGateway.Benchmarks.Harness;

/// <summary>One run of everything side by side: start, log in, prove that each target does its work, warm up, measure in turns, report.</summary>
internal static class Comparison
{
    public static async Task<int> RunAsync(ComparisonSettings settings)
    {
        var wrk = Wrk.Find();
        await using var stage = await Stage.StartAsync(settings);
        await stage.ProveAsync();

        var targets = stage.Targets.Where(target => target.Name.Contains(settings.Only ?? "", StringComparison.Ordinal)).ToList();
        foreach (var target in targets)
        {
            Console.WriteLine($"warming up {target.Name} for {settings.WarmUp.TotalSeconds:0} s");
            await wrk.RunAsync(target, settings.Connections, settings.WarmUp);
        }

        var turns = targets.ToDictionary(target => target.Name, _ => new List<Sample>());
        var samples = await MeasureAsync(wrk, targets, turns, settings);
        var report = Report.Write(samples, turns, settings, stage.Placement);
        Console.WriteLine(report);
        if (settings.Markdown is { } file)
        {
            await File.WriteAllTextAsync(file, report);
        }

        return samples.Values.SelectMany(rounds => rounds).Any(sample => sample.Bad > 0) ? 1 : 0;
    }

    /// <summary>In turns, not blocks: what disturbs the machine disturbs all; every other turn runs backwards.</summary>
    private static async Task<Dictionary<string, List<Sample>>> MeasureAsync(
        Wrk wrk, IReadOnlyList<Target> targets, Dictionary<string, List<Sample>> turns, ComparisonSettings settings)
    {
        var samples = targets.ToDictionary(target => target.Name, _ => new List<Sample>());
        for (var round = 1; round <= settings.Rounds; round++)
        {
            foreach (var (name, sample) in await RoundAsync(wrk, targets, turns, settings))
            {
                samples[name].Add(sample);
                Console.WriteLine($"round {round}  {name,-28} {sample.PerSecond,10:0} req/s {sample.CpuMicroseconds,8:0.0} us/req  bad {sample.Bad}");
            }
        }

        return samples;
    }

    private static async Task<Dictionary<string, Sample>> RoundAsync(
        Wrk wrk, IReadOnlyList<Target> targets, Dictionary<string, List<Sample>> turns, ComparisonSettings settings)
    {
        var sums = targets.ToDictionary(target => target.Name, _ => Sample.None);
        var count = Math.Max(1, (int)Math.Round(settings.Run / settings.Turn));
        for (var turn = 0; turn < count; turn++)
        {
            foreach (var target in turn % 2 == 0 ? targets : targets.Reverse())
            {
                var sample = await wrk.RunAsync(target, settings.Connections, settings.Turn);
                turns[target.Name].Add(sample);
                sums[target.Name] += sample;
            }
        }

        return sums;
    }
}
