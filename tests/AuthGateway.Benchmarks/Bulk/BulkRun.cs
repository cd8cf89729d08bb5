using System.Diagnostics;
using System.Globalization;
using System.Text;
using AuthGateway.Benchmarks.Harness;

namespace AuthGateway.Benchmarks.Bulk;

/// <summary>
/// <c>bulk [the options of the comparison]</c>: 100 MiB in one request through each proxy, down, up with a length, and up
/// in chunks: MB/s and the CPU time of the proxy.
/// </summary>
internal static class BulkRun
{
    public const long Length = 100L * 1024 * 1024;
    private static readonly string[] Ways = ["down", "up", "up-chunked"];

    public static async Task<int> RunAsync(ComparisonSettings settings)
    {
        await using var stage = await Stage.StartAsync(settings);
        await stage.ProveAsync();
        var targets = stage.Targets
            .Where(target => target.Name.StartsWith(Stage.Inline, StringComparison.Ordinal) || target.Name == Stage.BareYarp)
            .ToList();
        var samples = targets.SelectMany(target => Ways.Select(way => (target, way))).ToDictionary(pair => pair, _ => new List<BulkSample>());
        for (var round = -2; round < settings.Rounds; round++)
        {
            foreach (var (target, way) in samples.Keys)
            {
                var sample = await MeasureAsync(target, way);
                if (round >= 0)
                {
                    samples[(target, way)].Add(sample);
                }
            }
        }

        var text = new StringBuilder("| 100 MiB | target | MB/s | CPU ms | highest resident MiB |\n|---|---|---|---|---|\n");
        foreach (var ((target, way), rounds) in samples.OrderBy(pair => pair.Key.way))
        {
            text.AppendLine(string.Create(CultureInfo.InvariantCulture,
                $"| {way} | {target.Name} | {Median(rounds, sample => sample.Rate):0} | {Median(rounds, sample => sample.Cpu.TotalMilliseconds):0} | {ProcessMemory.HighestMiB(target.ProcessId)} |"));
        }

        Console.WriteLine(text);
        if (settings.Markdown is { } file)
        {
            await File.WriteAllTextAsync(file, text.ToString());
        }

        return 0;
    }

    private static double Median(List<BulkSample> rounds, Func<BulkSample, double> value) =>
        rounds.Select(value).Order().ElementAt(rounds.Count / 2);

    private static async Task<BulkSample> MeasureAsync(Target target, string way)
    {
        var before = ProcessTime.Read(target.ProcessId);
        var start = Placement.OnLoadCore(Environment.ProcessPath!, ["bulk-client", target.Address.AbsoluteUri, way, target.Cookie]);
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start)!;
        var seconds = double.Parse(await process.StandardOutput.ReadToEndAsync(), CultureInfo.InvariantCulture);
        await process.WaitForExitAsync();
        return new BulkSample(Length / 1e6 / seconds, ProcessTime.Read(target.ProcessId) - before);
    }
}
