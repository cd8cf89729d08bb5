using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace AuthGateway.Benchmarks.Harness;

/// <summary>
/// <c>memory [--sessions N] [--gateway FOLDER] [--markdown FILE]</c>: the resident memory of the published in-line gateway with many live sessions: after the start, after the
/// logins, during and after 8 s of load by 64 and by 2,048 connections in which all sessions take turns, and at rest.
/// </summary>
internal static class MemoryRun
{
    private static readonly TimeSpan Load = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(60);

    /// <exception cref="ArgumentException">An option that does not exist.</exception>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var (sessions, gateway, markdown) = (10_000, (string?)null, (string?)null);
        foreach (var option in arguments.Chunk(2))
        {
            (sessions, gateway, markdown) = option switch
            {
                ["--sessions", var value] => (int.Parse(value, null), gateway, markdown),
                ["--gateway", var value] => (sessions, value, markdown),
                ["--markdown", var value] => (sessions, gateway, value),
                _ => throw new ArgumentException("Options: --sessions N, --gateway FOLDER, --markdown FILE."),
            };
        }

        var wrk = Wrk.Find();
        await using var stage = await Stage.StartInlineAsync(new ComparisonSettings { Gateway = gateway });
        var target = stage.Targets[0];
        var table = new StringBuilder("| moment | resident, MiB | highest so far, MiB |\n|---|---|---|\n");
        void Note(string moment)
        {
            var line = string.Create(CultureInfo.InvariantCulture, $"| {moment} | {ProcessMemory.ResidentMiB(target.ProcessId)} | {ProcessMemory.HighestMiB(target.ProcessId)} |");
            Console.WriteLine(line);
            table.AppendLine(line);
        }

        Note("started, one session");
        var script = await stage.WriteScriptAsync(target.Address, await LogInAsync(target.Address, sessions));
        target = target with { Script = script };
        Note(string.Create(CultureInfo.InvariantCulture, $"{sessions:N0} sessions"));
        foreach (var connections in new[] { 64, 2048 })
        {
            var sample = await wrk.RunAsync(target, connections, Load);
            Note(string.Create(CultureInfo.InvariantCulture,
                $"{Load.TotalSeconds:0} s of {connections} connections ({sample.PerSecond:0} requests/s, {sample.Bad} bad)"));
            await Task.Delay(Rest);
            Note(string.Create(CultureInfo.InvariantCulture, $"{Rest.TotalSeconds:0} s of rest"));
        }

        if (markdown is not null)
        {
            await File.WriteAllTextAsync(markdown, table.ToString());
        }

        return 0;
    }

    private static async Task<IReadOnlyCollection<string>> LogInAsync(Uri gateway, int count)
    {
        var clock = Stopwatch.StartNew();
        var cookies = new ConcurrentQueue<string>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = 8 };
        await Parallel.ForAsync(0, count, options, async (_, _) => cookies.Enqueue(await BrowserLogin.RunAsync(gateway)));
        Console.WriteLine($"{count} logins in {clock.Elapsed.TotalSeconds:0} s");
        return cookies;
    }
}
