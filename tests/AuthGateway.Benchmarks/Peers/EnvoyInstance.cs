using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace AuthGateway.Benchmarks.Peers;

/// <summary>An Envoy that <c>start.sh</c> started; <c>stop.sh</c> ends it.</summary>
internal sealed class EnvoyInstance : IAsyncDisposable
{
    private readonly string _home;
    private readonly string _folder;

    private EnvoyInstance(string home, string folder, int id) => (_home, _folder, Id) = (home, folder, id);

    public int Id { get; }

    public static async Task<EnvoyInstance> StartAsync(ProcessStartInfo start, string home, string folder)
    {
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start)!;
        // Envoy keeps the pipe open: the line is read, not the whole output.
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Regex.Match(line, @"READY pid=(\d+)") is { Success: true } ready)
            {
                return new EnvoyInstance(home, folder, int.Parse(ready.Groups[1].Value, CultureInfo.InvariantCulture));
            }
        }

        throw new InvalidOperationException("Envoy did not start.");
    }

    public async ValueTask DisposeAsync()
    {
        using var stop = Process.Start(new ProcessStartInfo(Path.Combine(_home, "stop.sh"), [_folder]) { RedirectStandardOutput = true })!;
        await stop.WaitForExitAsync();
    }
}
