using System.Globalization;
using System.Text;
using System.Text.Json;
using AuthGateway.Benchmarks.Harness;

namespace AuthGateway.Benchmarks.Gate;

/// <summary>
/// <c>gate [--gateway FOLDER] [--budget FILE] [--record FILE] [--loss BYTES]</c>: what a request costs the published
/// gateway, against the recorded budget. Exit code 1 when a figure is above its budget.
/// </summary>
/// <remarks>
/// Instructions are counted as a share of those of the compared program in the same run, so that another processor or
/// runtime counts for both. <c>--loss</c> adds a header of so many bytes to the gateway's requests: more work, to see
/// that the gate fails.
/// </remarks>
internal static class GateRun
{
    /// <summary>A figure above its budget by more than this fails: 2.5 %.</summary>
    private const double Tolerance = 0.025;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    public static async Task<int> RunAsync(string[] arguments)
    {
        var options = arguments.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]);
        if (options.Keys.Except(["--gateway", "--budget", "--record", "--loss"]).FirstOrDefault() is { } unknown)
        {
            throw new ArgumentException($"Unknown option '{unknown}'.");
        }

        // Counting stops the measured process at every instruction: one that does not end must not hold the machine.
        using var limit = new Timer(static _ => Environment.FailFast("The gate did not end in time."), null, Limit, Timeout.InfiniteTimeSpan);
        var extra = options.TryGetValue("--loss", out var bytes) ? $"x-loss: {new string('l', int.Parse(bytes, null))}\r\n" : "";
        var measures = await MeasureAsync(options.GetValueOrDefault("--gateway"), extra);
        if (options.TryGetValue("--record", out var record))
        {
            var budget = measures.ToDictionary(measure => measure.Name, measure => Math.Round(measure.Value, 3));
            await File.WriteAllTextAsync(record, JsonSerializer.Serialize(budget, Json) + "\n");
        }

        return options.TryGetValue("--budget", out var file)
            ? Compare(measures, JsonSerializer.Deserialize<Dictionary<string, double>>(await File.ReadAllTextAsync(file))!)
            : 0;
    }

    private static async Task<List<Measure>> MeasureAsync(string? gateway, string extra)
    {
        var folder = Directory.CreateTempSubdirectory("auth-gateway-gate-");
        try
        {
            await using var stage = await Stage.StartAsync(
                new ComparisonSettings { Gateway = gateway, Environment = Measurement.Environment(folder.FullName) });
            await stage.ProveAsync();
            var figures = new Dictionary<string, Figures>();
            foreach (var target in stage.Targets.Where(target => target.Script is null))
            {
                var isOurs = target.Name is Stage.Inline or Stage.Check;
                figures[target.Name] = await Measurement.RunAsync(target, folder.FullName, isOurs ? extra : "");
                Console.WriteLine($"{target.Name}: {figures[target.Name]}");
            }

            // In-line the instructions differ by 6 to 11 % from one process to the next, for a reason not found yet: no budget.
            return
            [
                .. Measures("in-line", figures[Stage.Inline]),
                .. Measures("ext_authz", figures[Stage.Check]),
                new($"ext_authz: instructions / {Stage.Empty}", figures[Stage.Check].Instructions / figures[Stage.Empty].Instructions),
            ];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IEnumerable<Measure> Measures(string name, Figures ours) =>
    [
        new($"{name}: system calls", ours.SystemCalls),
        new($"{name}: bytes allocated", ours.Allocated),
        new($"{name}: bytes of the answer", ours.Answer),
    ];

    private static int Compare(List<Measure> measures, Dictionary<string, double> budget)
    {
        var text = new StringBuilder("| a request | this run | budget | |\n|---|---|---|---|\n");
        var failures = 0;
        foreach (var measure in measures)
        {
            // A figure without a budget fails too.
            var most = budget.GetValueOrDefault(measure.Name);
            var change = (measure.Value / most) - 1;
            var isAbove = !(change <= Tolerance);
            failures += isAbove ? 1 : 0;
            text.Append(CultureInfo.InvariantCulture,
                $"| {measure.Name} | {measure.Value:0.###} | {most:0.###} | {change:+0.0%;-0.0%}{(isAbove ? " TOO MUCH" : "")} |\n");
        }

        Console.Write(text);
        Console.WriteLine(failures == 0 ? "gate: passed" : $"gate: FAILED, {failures} figure(s) above budget");
        return failures == 0 ? 0 : 1;
    }
}
