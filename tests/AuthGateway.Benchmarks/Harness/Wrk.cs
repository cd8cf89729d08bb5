using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace AuthGateway.Benchmarks.Harness;

/// <summary>The load generator <c>wrk</c> (Debian's package), found by the variable <c>WRK</c> or on the <c>PATH</c>.</summary>
internal sealed partial class Wrk(string path)
{
    public static Wrk Find()
    {
        var path = Environment.GetEnvironmentVariable("WRK") is { Length: > 0 } named ? named : Programs.OnPath("wrk");
        return path is not null && File.Exists(path)
            ? new Wrk(path)
            : throw new InvalidOperationException("wrk was not found: install it (apt-get install wrk) or name it in WRK.");
    }

    public async Task<Sample> RunAsync(Target target, int connections, TimeSpan duration)
    {
        List<string> arguments = ["-t1", $"-c{connections}", $"-d{duration.TotalSeconds:0}s", .. target.Script is { } script ? (string[])["-s", script] : ["-H", $"Cookie: {target.Cookie}"], target.Address.AbsoluteUri];
        var start = Placement.OnLoadCore(path, arguments);
        start.RedirectStandardOutput = true;
        var before = ProcessTime.Read(target);
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var used = ProcessTime.Read(target) - before;

        var requests = Number(RequestsPattern(), output);
        var bad = (long)Number(BadPattern(), output) + SocketErrors().Match(output).Groups.Values.Skip(1)
            .Sum(group => group.Success ? long.Parse(group.Value, CultureInfo.InvariantCulture) : 0);
        return new Sample(requests, requests / Math.Max(1, Number(RatePattern(), output)), used, bad);
    }

    private static double Number(Regex pattern, string output) =>
        pattern.Match(output) is { Success: true } match ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"(\d+) requests in")]
    private static partial Regex RequestsPattern();

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex RatePattern();

    [GeneratedRegex(@"Non-2xx or 3xx responses: (\d+)")]
    private static partial Regex BadPattern();

    [GeneratedRegex(@"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)")]
    private static partial Regex SocketErrors();
}
