using System.Diagnostics;
using System.Globalization;
using System.Text;
using AuthGateway.Benchmarks.Harness;

namespace AuthGateway.Benchmarks.Logins;

/// <summary>
/// <c>logins [--gateway FOLDER] [--run SECONDS] [--warm-up SECONDS] [--markdown FILE]</c>: the CPU time of a login, eight at
/// a time for a third of the run; then a storm of 200 logins a second, whatever the answers, for the whole run.
/// </summary>
/// <remarks>Provider, client and upstream share a core: its load is in the latency, not in the CPU time.</remarks>
internal static class LoginsRun
{
    private const int Clients = 8;
    private const int Rate = 200;

    /// <summary>Every so many logins, one session is used.</summary>
    private const int CheckEvery = 100;

    public static async Task<int> RunAsync(ComparisonSettings settings)
    {
        await using var stage = await Stage.StartInlineAsync(settings);
        var target = stage.Targets[0];
        using var client = new LoginClient(target.Address);
        await ClosedAsync(client, settings.WarmUp);

        var text = new StringBuilder("| logins | number | CPU ms each | p50 ms | p99 ms | longest ms | refused |\n|---|---|---|---|---|---|---|\n");
        var refused = 0;
        foreach (var (name, run) in new (string, Func<Task<LoginLog>>)[]
        {
            ($"{Clients} at a time", () => ClosedAsync(client, settings.Run / 3)),
            ($"{Rate} a second", () => OpenAsync(client, settings.Run)),
        })
        {
            var before = ProcessTime.Read(target.ProcessId);
            var log = await run();
            var cpu = ProcessTime.Read(target.ProcessId) - before;
            refused += log.Refused;
            text.Append(CultureInfo.InvariantCulture,
                $"| {name} | {log.Count} | {cpu.TotalMilliseconds / log.Count:0.00} | {log.Percentile(0.5):0.0} | {log.Percentile(0.99):0.0} | {log.Percentile(1):0.0} | {log.Refused} |\n");
        }

        Console.Write(text);
        if (settings.Markdown is { } file)
        {
            await File.WriteAllTextAsync(file, text.ToString());
        }

        return refused > 0 ? 1 : 0;
    }

    private static async Task<LoginLog> ClosedAsync(LoginClient client, TimeSpan time)
    {
        var log = new LoginLog();
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
        {
            while (clock.Elapsed < time)
            {
                await OneAsync(client, log, Stopwatch.GetTimestamp());
            }
        }));
        return log;
    }

    private static async Task<LoginLog> OpenAsync(LoginClient client, TimeSpan time)
    {
        var log = new LoginLog();
        var begin = Stopwatch.GetTimestamp();
        var logins = new List<Task>();
        for (var i = 0; i < Rate * time.TotalSeconds; i++)
        {
            var due = begin + (i * Stopwatch.Frequency / Rate);
            if (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due) is var rest && rest > TimeSpan.Zero)
            {
                await Task.Delay(rest);
            }

            logins.Add(OneAsync(client, log, due));
        }

        await Task.WhenAll(logins);
        return log;
    }

    private static async Task OneAsync(LoginClient client, LoginLog log, long due)
    {
        string? cookie;
        try
        {
            cookie = await client.LogInAsync();
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            cookie = null;
        }

        log.Add(due, cookie is not null);
        if (cookie is not null && log.Count % CheckEvery == 0 && !await client.IsLiveAsync(cookie))
        {
            throw new InvalidOperationException("Not measured: a session of these logins does not work.");
        }
    }
}
